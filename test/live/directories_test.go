package live

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDirectories makes sure that what may never be would be seen, under whatever name a volume goes.
func TestDirectories(t *testing.T) {
	volume := func(name, claim string, change ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		v := inspecttest.Volume(name, inspecttest.On("n0"), inspecttest.Has(claim, claim+"-uid"))
		for _, c := range change {
			c(v)
		}
		return v
	}
	at := func(path string) func(*corev1.PersistentVolume) {
		return func(v *corev1.PersistentVolume) { v.Spec.Local.Path = path }
	}
	claim := func(name, volume string) *corev1.PersistentVolumeClaim {
		return inspecttest.Claim(name, inspecttest.WithUID(name+"-uid"), inspecttest.BoundTo(volume))
	}
	pod := func(name, claim string, edits ...func(*corev1.Pod)) *corev1.Pod {
		return inspecttest.Pod(name, append([]func(*corev1.Pod){inspecttest.RunsOn("n0"), inspecttest.Uses(claim)}, edits...)...)
	}
	ended := func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }
	a, b := volume("a", "one", at("/mnt/x")), volume("b", "two", at("/mnt//x/"))
	below := volume("b", "two", at("/mnt/x/sub"))
	beside := volume("b", "two", at("/mnt/x2"))
	onHost := volume("b", "two", func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/mnt/x"}}
	})
	apart := volume("b", "two", at("/mnt/y"))
	one, two, onA := claim("one", "a"), claim("two", "b"), claim("two", "a")
	const foreign = "claim two has n0:/mnt/x, which holds the data of claim one"
	type moments [][]object
	for name, tc := range map[string]struct {
		moments moments
		told    told
		want    string
	}{
		"each its own":                       {moments: moments{{a, apart, one, two, pod("p", "one"), pod("q", "two")}}},
		"one after the other":                {moments: moments{{a, b, one}, {a, b, two}}, want: foreign},
		"one after the other, on one volume": {moments: moments{{a, one}, {volume("a", "two", at("/mnt/x")), onA}}, want: foreign},
		"both at once":                       {moments: moments{{a, b, one, two}}, want: foreign},
		"with their Pods":                    {moments: moments{{a, b, one, two, pod("p", "one"), pod("q", "two")}}, want: foreign + "; Pods p and q run on n0:/mnt/x"},
		"below another, with their Pods": {moments: moments{{a, below, one, two, pod("p", "one"), pod("q", "two")}},
			want: "claim two has n0:/mnt/x/sub, which holds the data of claim one (in n0:/mnt/x); Pods p and q run on n0:/mnt/x/sub (in n0:/mnt/x)"},
		"above another":            {moments: moments{{below, two}, {a, below, one, two}}, want: "claim one has n0:/mnt/x, which holds the data of claim two (in n0:/mnt/x/sub)"},
		"a name that begins alike": {moments: moments{{a, beside, one, two, pod("p", "one"), pod("q", "two")}}},
		"by a hostPath":            {moments: moments{{a, onHost, one, two}}, want: foreign},
		"given, with their Pods":   {moments: moments{{a, b, one, two, pod("p", "one"), pod("q", "two")}}, told: told{given: map[string]bool{"b": true}}, want: "Pods p and q run on n0:/mnt/x"},
		"given, one Pod has ended": {moments: moments{{a, b, one, two, pod("p", "one", ended), pod("q", "two")}}, told: told{given: map[string]bool{"b": true}}},
		"the claim has gone from under its Pod": {moments: moments{{a, b, one, pod("p", "one")}, {a, b, two, pod("p", "one"), pod("q", "two")}},
			told: told{given: map[string]bool{"b": true}}, want: "Pods p and q run on n0:/mnt/x"},
		"what is marked":              {moments: moments{{b, two}}, told: told{marks: map[string]string{"n0:/mnt/x": "one"}}, want: foreign},
		"what was erased":             {moments: moments{{a, one}, {}, {b, two}}, told: told{erased: map[types.UID]bool{a.UID: true}}},
		"what was only recreated":     {moments: moments{{a, one}, {}, {b, two}}, want: foreign},
		"the same claim again":        {moments: moments{{a, one, pod("p", "one")}, {a, one, pod("p2", "one")}}},
		"two of one claim":            {moments: moments{{a, one, pod("p", "one"), pod("q", "one")}}},
		"two claims of one volume":    {moments: moments{{a, one, onA}}, want: "volume a has the claims one and two"},
		"a volume that names another": {moments: moments{{a, one}, {a, onA}}},
		"on another node":             {moments: moments{{a, one, inspecttest.Pod("p", inspecttest.RunsOn("n1"), inspecttest.Uses("one"))}}, want: "Pod p runs on n1, and the volume of its claim one is n0:/mnt/x"},
		"pending":                     {moments: moments{{a, b, one, inspecttest.Pod("q", inspecttest.Uses("two"))}}},
	} {
		t.Run(name, func(t *testing.T) {
			d, got := newDirectories(tc.told), ""
			for _, objects := range tc.moments {
				m := newMoment()
				for _, o := range objects {
					m.apply(change{object: o})
				}
				if err := d.check(m); err != nil {
					got = err.Error()
				}
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
