package kubernetes_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	apps_validation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscaling_validation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	batch_validation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	core_validation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networking_validation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	policy_validation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"k8s.io/pod-security-admission/api"
	security "k8s.io/pod-security-admission/policy"
)

// problems returns what the API server would refuse an object for. In its own namespace every object has one;
// a kustomization without a namespace leaves that to kubectl.
func problems(object runtime.Object) error {
	o := object.DeepCopyObject()
	legacyscheme.Scheme.Default(o)
	own, err := legacyscheme.Scheme.ConvertToVersion(o, schema.GroupVersion{
		Group: o.GetObjectKind().GroupVersionKind().Group, Version: runtime.APIVersionInternal,
	})
	if err != nil {
		return err
	}
	var found field.ErrorList
	switch v := own.(type) {
	case *apps.Deployment:
		v.Namespace = "any"
		found = apps_validation.ValidateDeployment(v, core_validation.PodValidationOptions{})
	case *batch.Job:
		v.Spec.Selector = &metav1.LabelSelector{MatchLabels: v.Spec.Template.Labels} // the server makes one
		found = batch_validation.ValidateJobSpec(&v.Spec, field.NewPath("spec"), core_validation.PodValidationOptions{})
	case *core.Service:
		v.Namespace = "any"
		found = core_validation.ValidateServiceCreate(v)
	case *core.ConfigMap:
		v.Namespace = "any"
		found = core_validation.ValidateConfigMap(v)
	case *core.ServiceAccount:
		v.Namespace = "any"
		found = core_validation.ValidateServiceAccount(v)
	case *core.Namespace:
		found = core_validation.ValidateNamespace(v)
	case *autoscaling.HorizontalPodAutoscaler:
		v.Namespace = "any"
		found = autoscaling_validation.ValidateHorizontalPodAutoscaler(v,
			autoscaling_validation.HorizontalPodAutoscalerSpecValidationOptions{})
	case *networking.NetworkPolicy:
		v.Namespace = "any"
		found = networking_validation.ValidateNetworkPolicy(v, networking_validation.NetworkPolicyValidationOptions{})
	case *networking.Ingress:
		v.Namespace = "any"
		found = networking_validation.ValidateIngressCreate(v)
	case *policy.PodDisruptionBudget:
		v.Namespace = "any"
		found = policy_validation.ValidatePodDisruptionBudget(v, policy_validation.PodDisruptionBudgetValidationOptions{})
	default:
		return fmt.Errorf("no check for a %T", own)
	}
	return found.ToAggregate()
}

func TestTheAPIServerWouldTakeEveryObject(t *testing.T) {
	t.Parallel()
	for _, folder := range kustomizations {
		for _, o := range build(t, folder) {
			require.NoError(t, problems(o), folder)
		}
	}
}

func TestMistakesAreFound(t *testing.T) {
	t.Parallel()
	_, err := decode([]byte("apiVersion: v1\nkind: Service\nspec: {port: []}"))
	require.ErrorContains(t, err, `unknown field "spec.port"`)
	for _, c := range []struct{ kind, spec, complaint string }{
		{"v1\nkind: Service", "{ports: [{port: 70000}]}", "spec.ports[0].port"},
		{"apps/v1\nkind: Deployment", "{selector: {matchLabels: {a: b}}}", "`selector` does not match template `labels`"},
		{"networking.k8s.io/v1\nkind: NetworkPolicy", "{policyTypes: [In]}", "spec.policyTypes"},
	} {
		objects, err := decode([]byte("apiVersion: " + c.kind + "\nmetadata: {name: a}\nspec: " + c.spec))
		require.NoError(t, err)
		require.ErrorContains(t, problems(objects[0]), c.complaint)
	}
}

func TestPodsKeepToTheRestrictedPodSecurityStandard(t *testing.T) {
	t.Parallel()
	checks, err := security.NewEvaluator(security.DefaultChecks(), nil)
	require.NoError(t, err)
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, folder := range kustomizations {
		for _, w := range workloads(build(t, folder)) {
			for _, result := range checks.EvaluatePod(restricted, &w.template.ObjectMeta, &w.template.Spec) {
				require.True(t, result.Allowed, "%s: %s %s", w.name, result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
	}
}
