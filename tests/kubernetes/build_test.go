// Package kubernetes_test builds deploy/kubernetes as kubectl would, and checks what comes out as an API server
// would. It is a module of its own: the program needs none of that.
package kubernetes_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const root = "../../deploy/kubernetes"

// kustomizations are the folders that kubectl apply -k is given.
var kustomizations = []string{"base", "migrate", "overlays/example", "overlays/example/migrate"}

// build returns the objects of a kustomization. Unknown and repeated fields are errors.
func build(t *testing.T, folder string) []runtime.Object {
	t.Helper()
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).
		Run(filesys.MakeFsOnDisk(), filepath.Join(root, folder))
	require.NoError(t, err)
	documents, err := made.AsYaml()
	require.NoError(t, err)
	objects, err := decode(documents)
	require.NoError(t, err)
	require.NotEmpty(t, objects)
	return objects
}

func decode(documents []byte) (objects []runtime.Object, err error) {
	decoder := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
	for reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(documents))); ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		object, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
}

// all returns the objects of a type.
func all[T runtime.Object](objects []runtime.Object) (list []T) {
	for _, o := range objects {
		if is, ok := o.(T); ok {
			list = append(list, is)
		}
	}
	return list
}
