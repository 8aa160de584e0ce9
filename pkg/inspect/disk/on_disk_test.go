package disk_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestDataOn: whose data is on a disk does not depend on which of its volumes is asked.
func TestDataOn(t *testing.T) {
	const path = "/mnt/disks/ssd0"
	volume := func(name string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume(name, append([]func(*corev1.PersistentVolume){On("n0"), at(path)}, edits...)...)
	}
	left := func(claim string, ago time.Duration) func(*corev1.PersistentVolume) {
		return func(v *corev1.PersistentVolume) {
			Has(claim, claim+"-uid")(v)
			Phase(Released)(v)
			since := Ago(ago)
			v.Status.LastPhaseTransitionTime = &since
		}
	}
	const hour = time.Hour
	for name, c := range map[string]struct {
		v    *corev1.PersistentVolume
		twin []any
		want disk.State
		// claim and by are whose data it is, and by which volume that is known.
		claim, by string
	}{
		"nothing recorded on any":                {v: volume("v"), twin: []any{volume("w")}, want: disk.Unknown},
		"a twin was left":                        {v: volume("v"), twin: []any{volume("w", left("theirs", hour))}, want: disk.Known, claim: "theirs", by: "w"},
		"a twin was made available again":        {v: volume("v"), twin: []any{volume("w", released(Claim("theirs")))}, want: disk.Known, claim: "theirs", by: "w"},
		"a twin below was left":                  {v: volume("v"), twin: []any{volume("w", at(path+"/sub"), left("theirs", hour))}, want: disk.Known, claim: "theirs", by: "w"},
		"the same path elsewhere was left":       {v: volume("v"), twin: []any{volume("w", On("n1"), left("theirs", hour))}, want: disk.Unknown},
		"its own data, a twin left before":       {v: volume("v", left("own", hour)), twin: []any{volume("w", left("theirs", 2*hour))}, want: disk.Known, claim: "own"},
		"its own data, a twin left since":        {v: volume("v", left("own", 2*hour)), twin: []any{volume("w", left("theirs", hour))}, want: disk.Known, claim: "theirs", by: "w"},
		"its own data, since when is not known":  {v: volume("v", released(Claim("own"))), twin: []any{volume("w", left("theirs", hour))}, want: disk.Known, claim: "own"},
		"wiped, a twin left before":              {v: volume("v", wiped(hour)), twin: []any{volume("w", left("theirs", 2*hour))}, want: disk.Wiped},
		"wiped, a twin left since":               {v: volume("v", wiped(2*hour)), twin: []any{volume("w", left("theirs", hour))}, want: disk.Known, claim: "theirs", by: "w"},
		"wiped, nobody knows when a twin was":    {v: volume("v", wiped(hour)), twin: []any{volume("w", released(Claim("theirs")))}, want: disk.Known, claim: "theirs", by: "w"},
		"a twin was wiped":                       {v: volume("v"), twin: []any{volume("w", wiped(hour), left("theirs", 2*hour))}, want: disk.Unknown},
		"of two twins, the one that was last":    {v: volume("v"), twin: []any{volume("w", left("first", 2*hour)), volume("x", left("last", hour))}, want: disk.Known, claim: "last", by: "x"},
		"of two twins that were left then, one":  {v: volume("v"), twin: []any{volume("w", left("one", hour)), volume("x", left("two", hour))}, want: disk.Known, claim: "one", by: "w"},
		"of two twins, one without any record":   {v: volume("v"), twin: []any{volume("w"), volume("x", left("theirs", hour))}, want: disk.Known, claim: "theirs", by: "x"},
		"a twin is bound, and has a holder":      {v: volume("v"), twin: []any{volume("w", Has("theirs", "theirs-uid"))}, want: disk.Unknown},
		"a twin is reserved and nothing is told": {v: volume("v"), twin: []any{volume("w", ReservedFor("theirs"))}, want: disk.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			ix := inspect.NewIndex(Snapshot(t, append([]any{Node("n0"), Node("n1"), c.v}, c.twin...)...))
			got, by := disk.New(ix).DataOn(c.v, Now()), ""
			if got.By != nil {
				by = got.By.Name
			}
			if got.State != c.want || got.Claim.Name != c.claim || by != c.by {
				t.Errorf("%s of %q by %q, want %s of %q by %q", got.State, got.Claim.Name, by, c.want, c.claim, c.by)
			}
		})
	}
}

// TestPerhaps: where nothing tells which of two claims had a disk last, it may be the data of either, for whichever volume is asked.
func TestPerhaps(t *testing.T) {
	left := func(volume, claim string, since ...time.Duration) *corev1.PersistentVolume {
		v := Volume(volume, On("n0"), at("/mnt/one"), Has(claim, claim+"-uid"), Phase(Released))
		v.Status.LastPhaseTransitionTime = nil
		for _, ago := range since {
			v.Status.LastPhaseTransitionTime = &metav1.Time{Time: Ago(ago).Time}
		}
		return v
	}
	for name, c := range map[string]struct {
		v, twin *corev1.PersistentVolume
		foreign bool
	}{
		"neither time is known":        {left("v", "own"), left("w", "theirs"), true},
		"its own time is not known":    {left("v", "own"), left("w", "theirs", time.Hour), true},
		"the other time is not known":  {left("v", "own", time.Hour), left("w", "theirs"), true},
		"both were left at one time":   {left("v", "own", time.Hour), left("w", "theirs", time.Hour), true},
		"the other was left since":     {left("v", "own", 2*time.Hour), left("w", "theirs", time.Hour), true},
		"the other was left before":    {left("v", "own", time.Hour), left("w", "theirs", 2*time.Hour), false},
		"both were of the claim":       {left("v", "own"), left("w", "own"), false},
		"it is reserved for the claim": {Volume("v", On("n0"), at("/mnt/one"), ReservedFor("own"), released(Claim("own"))), left("w", "theirs"), false},
	} {
		t.Run(name, func(t *testing.T) {
			ix := inspect.NewIndex(Snapshot(t, Node("n0"), c.v, c.twin))
			own := types.NamespacedName{Namespace: Ns, Name: "own"}
			on := disk.New(ix).DataOn(c.v, Now())
			if on.Foreign(own) != c.foreign || c.foreign && (on.For(own).By == nil || on.For(own).By.Name != "w" || on.For(own).Claim.Name != "theirs") {
				t.Errorf("foreign: %v, want %v, by %v", on.Foreign(own), c.foreign, on.For(own).Claim)
			}
			if r, ok := disk.First(disk.New(ix).Refusals(c.v, own), disk.DataForeign); ok != c.foreign || ok && !r.ByTwin() {
				t.Errorf("refused: %v, want %v", ok, c.foreign)
			}
		})
	}
}
