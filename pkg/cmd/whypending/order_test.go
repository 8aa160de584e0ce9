package whypending

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestMemberYetToCome: who asks for a Pod that a StatefulSet creates only behind another, or for its claim, is told of that other.
func TestMemberYetToCome(t *testing.T) {
	for name, tc := range map[string]struct {
		set  []func(*appsv1.StatefulSet)
		pods []any
		pod  string
		want string
	}{
		"behind one that waits":     {pods: []any{Pod("db-0")}, pod: "db-1", want: "db-0"},
		"behind none":               {pods: []any{Pod("db-0", RunsOn("n0"))}, pod: "db-1"},
		"behind one that is gone":   {pod: "db-1", want: "db-0"},
		"behind two":                {pods: []any{Pod("db-0", RunsOn("n0")), Pod("db-1")}, pod: "db-2", want: "db-1"},
		"in no order":               {set: []func(*appsv1.StatefulSet){Parallel}, pods: []any{Pod("db-0")}, pod: "db-1"},
		"of no ordinal that it has": {pods: []any{Pod("db-0")}, pod: "db-7"},
	} {
		t.Run(name, func(t *testing.T) {
			set := StatefulSet("db", 3, tc.set...)
			c := Claim("data-" + tc.pod)
			ix := inspect.NewIndex(Snapshot(t, set, c, tc.pods))
			said := notYetCreated(ix, Ns, tc.pod)
			if strings.Contains(said, "only once "+tc.want+" is Ready") != (tc.want != "") {
				t.Errorf("of the Pod: %q", said)
			}
			notes := strings.Join(phrase.New(phrase.Connection{}).Texts(orderNotes(ix, c)), "")
			if strings.Contains(notes, "only once "+tc.want+" is Ready, and that is not: kubectl localpv why-pending "+tc.want+" -n shop") != (tc.want != "") {
				t.Errorf("of the claim: %q", notes)
			}
		})
	}
}
