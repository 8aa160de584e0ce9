package collect

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// printed is what kubectl get prints of objects.
func printed(t *testing.T, p printers.ResourcePrinter, objects []runtime.Object) string {
	t.Helper()
	typeSetter := printers.NewTypeSetter(scheme.Scheme)
	list := &metav1.List{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "List"}}
	for _, o := range objects {
		copied := o.DeepCopyObject()
		var single bytes.Buffer
		if err := typeSetter.ToPrinter(&printers.JSONPrinter{}).PrintObj(copied, &single); err != nil {
			t.Fatal(err)
		}
		list.Items = append(list.Items, runtime.RawExtension{Raw: single.Bytes()})
	}
	var out bytes.Buffer
	if err := p.PrintObj(list, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFilesHoldWhatTheClusterHeld(t *testing.T) {
	objects := oneOfEach()
	opts := Options{Kinds: allKinds()}
	want, err := Live(t.Context(), fakeCluster(objects...), Now, opts)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]printers.ResourcePrinter{"JSON": &printers.JSONPrinter{}, "YAML": &printers.YAMLPrinter{}} {
		t.Run(name, func(t *testing.T) {
			text := printed(t, p, objects)
			got, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader(text), opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("snapshot (-cluster +files):\n%s", diff)
			}
			if len(got.Gaps) != 0 {
				t.Errorf("gaps %v, though every kind is there", got.Gaps)
			}
		})
	}
}

func TestFilesGaps(t *testing.T) {
	const emptyNodes = `{"kind":"NodeList","apiVersion":"v1","items":[]}`
	kinds := []inspect.Kind{inspect.PersistentVolumes, inspect.Nodes, inspect.ResourceClaims, inspect.Leases}
	for name, c := range map[string]struct {
		text string
		want []inspect.Gap
	}{
		"silence is not none": {pvA, []inspect.Gap{
			{Kind: inspect.Leases, Reason: "not in the files"},
			{Kind: inspect.Nodes, Reason: "not in the files"},
			{Kind: inspect.ResourceClaims, Reason: "not in the files"},
		}},
		"an empty List says nothing": {pvA + `{"kind":"List","apiVersion":"v1","items":[]}`, []inspect.Gap{
			{Kind: inspect.Leases, Reason: "not in the files"},
			{Kind: inspect.Nodes, Reason: "not in the files"},
			{Kind: inspect.ResourceClaims, Reason: "not in the files"},
		}},
		"an empty typed list says none": {pvA + emptyNodes + `{"kind":"LeaseList","apiVersion":"coordination.k8s.io/v1","items":[]}`, []inspect.Gap{
			{Kind: inspect.ResourceClaims, Reason: "not in the files"},
		}},
		"another version": {pvA + emptyNodes + `{"kind":"ResourceClaim","apiVersion":"resource.k8s.io/v1beta1","metadata":{"name":"r","namespace":"n"}}`, []inspect.Gap{
			{Kind: inspect.Leases, Reason: "not in the files"},
			{Kind: inspect.ResourceClaims, Reason: "in the files only as resource.k8s.io/v1beta1, not resource.k8s.io/v1"},
		}},
		"leases of others are not those of nodes": {pvA + emptyNodes + `{"kind":"ResourceClaimList","apiVersion":"resource.k8s.io/v1","items":[]}` +
			`{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"l","namespace":"kube-system"}}`, []inspect.Gap{
			{Kind: inspect.Leases, Reason: "not in the files"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader(c.text), Options{Kinds: kinds})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, s.Gaps); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
			if len(s.Leases) != 0 {
				t.Errorf("leases %v of another namespace were taken", s.Leases)
			}
		})
	}
}

func TestFilesRequired(t *testing.T) {
	_, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader(pvA), Options{
		Kinds: []inspect.Kind{inspect.PersistentVolumes}, Required: []inspect.Kind{inspect.Nodes}})
	var missing *MissingKindError
	if !errors.As(err, &missing) || missing.Kind != inspect.Nodes {
		t.Fatalf("error %v, want that nodes are missing", err)
	}
	want := "standard input: no nodes in it: add what kubectl get nodes -o json prints (a List without items does not say what there is none of)"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestFilesNotes(t *testing.T) {
	text := pvA + `{"kind":"Secret","apiVersion":"v1"} {"kind":"Secret","apiVersion":"v1"} {"a":1}
{"kind":"StorageClass","apiVersion":"storage.k8s.io/v1","metadata":{"name":"known, not asked for"}}
{"kind":"PodDisruptionBudget","apiVersion":"policy/v1beta1"}
{"kind":"Status","apiVersion":"v1","message":"nodes is forbidden"}`
	var lines []string
	_, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader(text), Options{Kinds: []inspect.Kind{pvKinds}, Note: keep(&lines)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"standard input:4: an error of the server in place of objects: nodes is forbidden",
		"ignored 1 object without a kind, 2 of kind Secret, 1 of kind policy/v1beta1 PodDisruptionBudget",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestFilesSameObjectTwice(t *testing.T) {
	of := func(version, phase string) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"a","resourceVersion":%q},"status":{"phase":%q}}`, version, phase)
	}
	for name, c := range map[string]struct{ first, second, want string }{
		"newer first":                 {of("100", "Bound"), of("99", "Available"), "Bound"},
		"newer last":                  {of("99", "Bound"), of("100", "Available"), "Available"},
		"the same":                    {of("99", "Bound"), of("99", "Bound"), "Bound"},
		"nobody knows: the later":     {of("", "Bound"), of("", "Released"), "Released"},
		"one has none: the later":     {of("99", "Bound"), of("", "Released"), "Released"},
		"compared as numbers":         {of("9", "Bound"), of("10", "Released"), "Released"},
		"not a number: the later":     {of("x9", "Bound"), of("x1", "Released"), "Released"},
		"beyond 64 bits, newer first": {of("99999999999999999999999", "Bound"), of("99999999999999999999998", "Released"), "Bound"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader(c.first+c.second), Options{Kinds: []inspect.Kind{pvKinds}})
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Volumes) != 1 || string(s.Volumes[0].Status.Phase) != c.want {
				t.Errorf("volumes %v, want one, %s", s.Volumes, c.want)
			}
		})
	}
}
