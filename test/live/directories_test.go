package live

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestForeignDirectoryIsSeen makes sure that a Pod on the data of another claim would be seen, under whatever name the volume goes.
func TestForeignDirectoryIsSeen(t *testing.T) {
	at := func(path string) func(*corev1.PersistentVolume) {
		return func(v *corev1.PersistentVolume) { v.Spec.Local.Path = path }
	}
	moment := func(objects ...any) *Moment {
		m := NewMoment()
		for _, o := range objects {
			if o, ok := o.(object); ok {
				m.apply(change{object: o})
			}
		}
		return m
	}
	a, b := inspecttest.Volume("a", inspecttest.On("n0"), at("/mnt/x")), inspecttest.Volume("b", inspecttest.On("n0"), at("/mnt//x/"))
	one, two := inspecttest.Claim("one", inspecttest.BoundTo("a")), inspecttest.Claim("two", inspecttest.BoundTo("b"))
	const wrong = "Pod q runs on n0:/mnt/x, which holds the data of claim one"
	for name, tc := range map[string]struct {
		moments []*Moment
		marked  bool
		want    string
	}{
		"one after the other on one path": {[]*Moment{moment(a, b, one, inspecttest.Pod("p", inspecttest.RunsOn("n0"), inspecttest.Uses("one"))), moment(a, b, two, inspecttest.Pod("q", inspecttest.RunsOn("n0"), inspecttest.Uses("two")))}, false, wrong},
		"two at once":                     {[]*Moment{moment(a, b, one, two, inspecttest.Pod("p", inspecttest.RunsOn("n0"), inspecttest.Uses("one")), inspecttest.Pod("q", inspecttest.RunsOn("n0"), inspecttest.Uses("two")))}, false, wrong},
		"on what is marked":               {[]*Moment{moment(a, b, two, inspecttest.Pod("q", inspecttest.RunsOn("n0"), inspecttest.Uses("two")))}, true, wrong},
		"pending":                         {[]*Moment{moment(a, b, two, inspecttest.Pod("q", inspecttest.Uses("two")))}, true, ""},
		"the same claim again":            {[]*Moment{moment(a, one, inspecttest.Pod("p", inspecttest.RunsOn("n0"), inspecttest.Uses("one"))), moment(a, one, inspecttest.Pod("p2", inspecttest.RunsOn("n0"), inspecttest.Uses("one")))}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, got := Directories{}, ""
			if tc.marked {
				d.Mark(a, "one")
			}
			for _, m := range tc.moments {
				if err := d.Check(m); err != nil {
					got = err.Error()
				}
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
