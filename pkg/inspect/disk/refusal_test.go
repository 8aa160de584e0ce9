package disk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRefusals: all that speaks against giving a disk to a claim is told, in one order, and by which volume.
func TestRefusals(t *testing.T) {
	twin := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("twin", append([]func(*corev1.PersistentVolume){On("n0"), at("/mnt/v")}, edits...)...)
	}
	cordoned := VolumeAnnotation(disk.AnnCordoned, "slow")
	for name, c := range map[string]struct {
		v    *corev1.PersistentVolume
		twin []any
		want []string
	}{
		"nothing":                      {v: Volume("v", On("n0"))},
		"cordoned, and the twin free":  {v: Volume("v", On("n0"), cordoned), twin: []any{twin()}, want: []string{"Cordoned slow", "Free twin"}},
		"a twin that is cordoned":      {v: Volume("v", On("n0")), twin: []any{twin(cordoned)}},
		"a twin that is held":          {v: Volume("v", On("n0")), twin: []any{twin(Has("theirs", "theirs-uid"))}, want: []string{"Held twin"}},
		"a twin that waits for it":     {v: Volume("v", On("n0")), twin: []any{twin(ReservedFor("data"))}},
		"a twin that was left":         {v: Volume("v", On("n0")), twin: []any{twin(Has("theirs", "theirs-uid"), Phase(Released))}, want: []string{"Foreign theirs by twin"}},
		"left by another":              {v: Volume("v", On("n0"), Has("theirs", "theirs-uid"), Phase(Released)), want: []string{"Foreign theirs"}},
		"named by a claim that has it": {v: Volume("v", On("n0")), twin: []any{Claim("theirs", BoundTo("v"))}, want: []string{"Claimed theirs"}},
		"named by itself":              {v: Volume("v", On("n0")), twin: []any{Claim("data", BoundTo("v"))}},
		"a twin that a claim names":    {v: Volume("v", On("n0")), twin: []any{twin(), Claim("theirs", BoundTo("twin"))}, want: []string{"Held twin"}},
		"named in vain":                {v: Volume("v", On("n0"), ReservedFor("data")), twin: []any{Claim("theirs", BoundTo("v"))}},
		"named in vain, by Pods that run": {v: Volume("v", On("n0"), ReservedFor("data")), twin: []any{Claim("theirs", BoundTo("v")), Pod("p", RunsOn("n0"), Uses("theirs"))},
			want: []string{"Claimed theirs"}},
		"left by itself": {v: Volume("v", On("n0"), Has("data", "data-uid"), Phase(Released))},
	} {
		t.Run(name, func(t *testing.T) {
			ix := inspect.NewIndex(Snapshot(t, append([]any{Node("n0"), c.v}, c.twin...)...))
			var got []string
			for _, r := range disk.New(ix).Refusals(c.v, types.NamespacedName{Namespace: Ns, Name: "data"}) {
				text, byTwin := string(r.Code), true
				switch r.Code {
				case disk.DiskMounted: // told by TestMounting
				case disk.VolumeCordoned:
					text, byTwin = text+" "+r.Reason, false
				case disk.VolumeClaimed:
					text, byTwin = text+" "+r.Holder.Claim.Name, false
				case disk.DiskHeld:
					text += " " + r.Holder.Volume.Name
				case disk.DiskFree:
					text += " " + r.Other.Name
				case disk.DataForeign:
					text += " " + r.Data.Claim.Name
					if byTwin = r.Data.By != nil; byTwin {
						text += " by " + r.Data.By.Name
					}
				}
				if r.ByTwin() != byTwin {
					t.Errorf("%s: by a twin: %v", text, r.ByTwin())
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
