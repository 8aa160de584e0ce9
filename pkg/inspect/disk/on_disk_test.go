package disk_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

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
