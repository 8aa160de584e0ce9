package ls

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestNameOfAClaimThatIsGone: a table of a cluster says whether another claim has the name of one that is gone, and reads the claims for
// nothing else.
func TestNameOfAClaimThatIsGone(t *testing.T) {
	left := func(v *corev1.PersistentVolume) { Has("mail", "earlier")(v); Phase(Released)(v) }
	now := Claim("mail", WithUID("now"))
	forbid := func(c *fake.Clientset) { cmdtest.Forbid(c, "persistentvolumeclaims") }
	for name, tc := range map[string]struct {
		objects []runtime.Object
		alter   func(*fake.Clientset)
		want    string
		reads   bool
	}{
		"another has it":       {objects: []runtime.Object{Volume("v", left), now}, want: "shop/mail (earlier)", reads: true},
		"none has it":          {objects: []runtime.Object{Volume("v", left)}, want: "shop/mail (gone)", reads: true},
		"nobody may read them": {objects: []runtime.Object{Volume("v", left), now}, alter: forbid, want: "shop/mail (gone)", reads: true},
		"none is gone":         {objects: []runtime.Object{Volume("v", Has("mail", "now")), now}, want: "shop/mail"},
	} {
		t.Run(name, func(t *testing.T) {
			client := fake.NewClientset(append(tc.objects, Node("node-0"))...)
			if tc.alter != nil {
				tc.alter(client)
			}
			got := runner(cmdtest.Runner{Client: client}).Run(t, "ls")
			read := slices.ContainsFunc(client.Actions(), func(a clienttesting.Action) bool { return a.GetResource().Resource == "persistentvolumeclaims" })
			if !strings.Contains(got.Stdout, tc.want) || got.Stderr != "" || read != tc.reads {
				t.Errorf("%s%s\nwant %s, claims read: %v, want %v", got.Stdout, got.Stderr, tc.want, read, tc.reads)
			}
		})
	}
}
