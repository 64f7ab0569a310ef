package kubernetes_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

// workload is a template of pods, with what it is made from.
type workload struct {
	name     string
	template corev1.PodTemplateSpec
}

func workloads(objects []runtime.Object) (list []workload) {
	for _, d := range all[*appsv1.Deployment](objects) {
		list = append(list, workload{d.Name, d.Spec.Template})
	}
	for _, j := range all[*batchv1.Job](objects) {
		list = append(list, workload{j.Name, j.Spec.Template})
	}
	return list
}

func TestObjectsHaveTheRecommendedLabels(t *testing.T) {
	t.Parallel()
	for _, folder := range kustomizations {
		for _, o := range build(t, folder) {
			meta, ok := o.(metav1.Object)
			require.True(t, ok)
			require.Equal(t, "ticketd", meta.GetLabels()["app.kubernetes.io/part-of"], "%s %s", folder, meta.GetName())
		}
		for _, w := range workloads(build(t, folder)) {
			require.Equal(t, "ticketd", w.template.Labels["app.kubernetes.io/name"])
			require.Equal(t, "ticketd-"+w.template.Labels["app.kubernetes.io/component"], w.name)
		}
	}
}

// What the standard (see valid_test.go) does not ask for.
func TestPodsAreConfinedAndHaveResources(t *testing.T) {
	t.Parallel()
	for _, folder := range kustomizations {
		for _, w := range workloads(build(t, folder)) {
			pod := w.template.Spec
			require.Equal(t, int64(65532), *pod.SecurityContext.RunAsUser, "%s: the USER of the Dockerfile", w.name)
			require.False(t, *pod.AutomountServiceAccountToken, w.name)
			require.False(t, *pod.EnableServiceLinks, "%s: they are variables named like settings", w.name)
			for _, c := range pod.Containers {
				require.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, w.name)
				require.NotZero(t, c.Resources.Requests.Memory().Value(), w.name)
				require.NotZero(t, c.Resources.Requests.Cpu().MilliValue(), w.name)
				require.NotZero(t, c.Resources.Limits.Memory().Value(), w.name)
			}
		}
	}
}

func TestSelectorsFindTheirPodsAndNoOthers(t *testing.T) {
	t.Parallel()
	objects := append(build(t, "base"), build(t, "migrate")...)
	pods := workloads(objects)
	found := func(selector labels.Selector) (names []string) {
		for _, w := range pods {
			if selector.Matches(labels.Set(w.template.Labels)) {
				names = append(names, w.name)
			}
		}
		return names
	}
	of := func(s *metav1.LabelSelector) []string {
		selector, err := metav1.LabelSelectorAsSelector(s)
		require.NoError(t, err)
		return found(selector)
	}
	for _, d := range all[*appsv1.Deployment](objects) {
		require.Equal(t, []string{d.Name}, of(d.Spec.Selector))
		for _, c := range d.Spec.Template.Spec.TopologySpreadConstraints {
			require.Equal(t, []string{d.Name}, of(c.LabelSelector))
		}
	}
	for _, s := range all[*corev1.Service](objects) {
		require.Equal(t, []string{s.Name}, found(labels.SelectorFromSet(s.Spec.Selector)))
	}
	for _, b := range all[*policyv1.PodDisruptionBudget](objects) {
		require.Equal(t, []string{b.Name}, of(b.Spec.Selector))
	}
	everyone := []string{"ticketd-api", "ticketd-worker", "ticketd-migrate"}
	policies := map[string][]string{
		"ticketd-deny": everyone, "ticketd-stores": everyone, "ticketd-api": {"ticketd-api"},
		"ticketd-metrics": everyone[:2], "ticketd-https": everyone[:2],
	}
	for _, p := range all[*networkingv1.NetworkPolicy](objects) {
		require.Equal(t, policies[p.Name], of(&p.Spec.PodSelector), p.Name)
		delete(policies, p.Name)
	}
	require.Empty(t, policies)
}

func TestPortsAndProbesMeet(t *testing.T) {
	t.Parallel()
	objects := build(t, "base")
	settings := settingsOf(t, objects)
	for _, d := range all[*appsv1.Deployment](objects) {
		c := d.Spec.Template.Spec.Containers[0]
		require.Len(t, c.Ports, 1)
		want := settings["PORT"]
		if d.Name == "ticketd-worker" {
			want = settings["WORKER_PORT"]
		}
		require.Equal(t, want, strconv.Itoa(int(c.Ports[0].ContainerPort)), d.Name)
		for _, p := range []*corev1.Probe{c.StartupProbe, c.ReadinessProbe, c.LivenessProbe} {
			require.Equal(t, c.Ports[0].Name, p.HTTPGet.Port.StrVal, d.Name)
			require.Contains(t, []string{"/healthz", "/readyz"}, p.HTTPGet.Path)
		}
		require.Equal(t, "/healthz", c.LivenessProbe.HTTPGet.Path, "a restart does not bring a database back")
	}
	for _, s := range all[*corev1.Service](objects) {
		require.Equal(t, "http", s.Spec.Ports[0].TargetPort.StrVal)
	}
	for _, p := range all[*networkingv1.NetworkPolicy](objects) {
		for _, rule := range p.Spec.Ingress {
			require.Equal(t, "http", rule.Ports[0].Port.StrVal, p.Name)
		}
	}
}

// settingsOf returns what the pods get from the config map that they name.
func settingsOf(t *testing.T, objects []runtime.Object) map[string]string {
	t.Helper()
	maps := all[*corev1.ConfigMap](objects)
	require.Len(t, maps, 1)
	for _, d := range all[*appsv1.Deployment](objects) {
		require.Equal(t, maps[0].Name, d.Spec.Template.Spec.Containers[0].EnvFrom[0].ConfigMapRef.Name)
	}
	return maps[0].Data
}

var secrets = []string{"API_KEYS", "DB_URL", "OPENAI_API_KEY", "REDIS_URL"}

func TestSettingsExistAndSecretsAreReferences(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile("../../.env.example")
	require.NoError(t, err)
	known := map[string]bool{"GOMEMLIMIT": true}
	for _, m := range regexp.MustCompile(`(?m)^#? ?([A-Z][A-Z_0-9]+)=`).FindAllStringSubmatch(string(example), -1) {
		known[m[1]] = true
	}
	for _, folder := range kustomizations {
		objects := build(t, folder)
		for _, m := range all[*corev1.ConfigMap](objects) {
			for name := range m.Data {
				require.True(t, known[name], "%s is no setting", name)
				require.NotContains(t, secrets, name)
			}
		}
		for _, w := range workloads(objects) {
			for _, e := range w.template.Spec.Containers[0].Env {
				require.True(t, known[e.Name], "%s is no setting", e.Name)
				if slices.Contains(secrets, e.Name) {
					require.Equal(t, "ticketd", e.ValueFrom.SecretKeyRef.Name)
					require.Equal(t, e.Name, e.ValueFrom.SecretKeyRef.Key)
				}
			}
		}
	}
}

func TestNumbersFitTogether(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"base", "overlays/example"} {
		objects := build(t, folder)
		settings := settingsOf(t, objects)
		number := func(name string) int64 {
			n, err := strconv.ParseInt(settings[name], 10, 64)
			require.NoError(t, err, name)
			return n
		}
		deployments := map[string]*appsv1.Deployment{}
		for _, d := range all[*appsv1.Deployment](objects) {
			deployments[d.Name] = d
			require.Nil(t, d.Spec.Replicas, "%s: an apply would undo what the autoscaler chose", d.Name)
			c := d.Spec.Template.Spec.Containers[0]
			require.Greater(t, *d.Spec.Template.Spec.TerminationGracePeriodSeconds*1000,
				number("SHUTDOWN_DELAY_MS")+number("SHUTDOWN_TIMEOUT_MS"), d.Name)
			i := slices.IndexFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == "GOMEMLIMIT" })
			limit := resource.MustParse(strings.TrimSuffix(c.Env[i].Value, "B"))
			require.Equal(t, c.Resources.Limits.Memory().Value(), 2*limit.Value(), d.Name)
		}
		processes := int64(0)
		for _, h := range all[*autoscalingv2.HorizontalPodAutoscaler](objects) {
			require.Contains(t, deployments, h.Spec.ScaleTargetRef.Name)
			require.GreaterOrEqual(t, *h.Spec.MinReplicas, int32(2), "one may go at any time")
			processes += int64(h.Spec.MaxReplicas) + 1 // one more during an update
			delete(deployments, h.Spec.ScaleTargetRef.Name)
		}
		require.Empty(t, deployments)
		require.LessOrEqual(t, processes*(number("DB_MAX_CONNS")+1), int64(90), "PostgreSQL takes 100 by default")
	}
}

func TestTheAutoscalerAsksForMetricsThatTheAdapterMakes(t *testing.T) {
	t.Parallel()
	rules, err := os.ReadFile(root + "/prometheus-adapter.yaml")
	require.NoError(t, err)
	pattern := regexp.MustCompile(`__name__=~"([^"]+)"`).FindStringSubmatch(string(rules))
	require.NotNil(t, pattern)
	series := regexp.MustCompile(pattern[1])
	alerts, err := os.ReadFile("../../deploy/prometheus/alerts.yml")
	require.NoError(t, err)
	asked := map[string]bool{}
	for _, h := range all[*autoscalingv2.HorizontalPodAutoscaler](build(t, "base")) {
		for _, m := range h.Spec.Metrics {
			if m.External != nil {
				asked[m.External.Metric.Name] = true
				require.Regexp(t, series, m.External.Metric.Name)
				require.Contains(t, string(alerts), m.External.Metric.Name, "the alerts' names are compared with the program's")
			}
		}
	}
	require.Len(t, slices.Collect(maps.Keys(asked)), 2)
}
