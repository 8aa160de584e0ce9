package inspect_test

import (
	"testing"
	"time"

	storagev1 "k8s.io/api/storage/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDefaultClass: of several default classes the newest counts, as for the API server.
func TestDefaultClass(t *testing.T) {
	marked := func(key string, age time.Duration) func(*storagev1.StorageClass) {
		return func(c *storagev1.StorageClass) {
			c.Annotations, c.CreationTimestamp = map[string]string{key: "true"}, Ago(age)
		}
	}
	const key, beta = "storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"
	off := func(c *storagev1.StorageClass) { c.Annotations = map[string]string{key: "false"} }
	for name, tc := range map[string]struct {
		classes []*storagev1.StorageClass
		want    string
	}{
		"none":        {[]*storagev1.StorageClass{StorageClass("a"), StorageClass("b", off)}, ""},
		"one":         {[]*storagev1.StorageClass{StorageClass("a"), StorageClass("b", marked(key, time.Hour))}, "b"},
		"beta":        {[]*storagev1.StorageClass{StorageClass("a", marked(beta, time.Hour)), StorageClass("b")}, "a"},
		"the newest":  {[]*storagev1.StorageClass{StorageClass("a", marked(key, time.Hour)), StorageClass("b", marked(key, time.Minute)), StorageClass("c", marked(key, 2*time.Hour))}, "b"},
		"of one age":  {[]*storagev1.StorageClass{StorageClass("b", marked(key, time.Hour)), StorageClass("a", marked(key, time.Hour))}, "a"},
		"no class":    {nil, ""},
		"newest beta": {[]*storagev1.StorageClass{StorageClass("a", marked(key, time.Hour)), StorageClass("b", marked(beta, time.Minute))}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if c := inspect.DefaultClass(tc.classes); c != nil {
				got = c.Name
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
