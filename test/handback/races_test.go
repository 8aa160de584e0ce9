package handback

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// interleavings is how many of them the race for volumes has to try.
const interleavings = 200

// moment is when the others act: before a request of the process, or of its turn with one volume.
type moment struct {
	request int
	inTurn  int
	// after: once the server has answered that request, before the plugin knows.
	after bool
}

func (m moment) String() string {
	text := fmt.Sprintf("before request %d", m.request+m.inTurn)
	if m.after {
		text = fmt.Sprintf("after request %d", m.request+m.inTurn)
	}
	if m.inTurn > 0 {
		text += " of the turn"
	}
	return text
}

// moments are those of one run of reclaim: its first lists and questions, and each turn with a volume.
func moments() []moment {
	var out []moment
	for n := 1; n <= 11; n++ {
		out = append(out, moment{request: n})
	}
	for n := 1; n <= 7; n++ {
		out = append(out, moment{inTurn: n}, moment{inTurn: n, after: true})
	}
	return out
}

// TestReclaimRace lets reclaim free volumes that others want, take, free, give away and delete at the same time: at no
// moment has a volume two claims, or two Pods that run with it.
func TestReclaimRace(t *testing.T) {
	t.Parallel()
	var fired, refused atomic.Int64
	t.Run("others act", func(t *testing.T) {
		for _, m := range moments() {
			t.Run(m.String(), func(t *testing.T) {
				t.Parallel()
				race(t, m, &fired, &refused)
			})
		}
	})
	t.Logf("%d interleavings; the server refused %d writes", fired.Load(), refused.Load())
	if fired.Load() < interleavings {
		t.Errorf("only %d interleavings were tried, of %d", fired.Load(), interleavings)
	}
	if refused.Load() == 0 {
		t.Error("no write met a change that was made after the check: the race tests nothing")
	}
}

func race(t *testing.T, at moment, fired, refused *atomic.Int64) {
	t.Helper()
	s := cluster.Scene(t, "race")
	args := []string{"reclaim", "--keep-data", "--yes", "--timeout", "20s"}
	slots := map[string]*slot{}
	for _, r := range rivals() {
		v := &slot{s: s, name: r.name, rival: r}
		v.lay()
		s.GivesAway(r.name) // whoever gets it, gets it without others
		slots[s.VolumeName(r.name)] = v
		args = append(args, s.VolumeName(r.name), "--accept-foreign-data", s.VolumeName(r.name))
	}
	result := s.Run(live.Run{Args: args, On: interleave(t, at, slots, fired)})
	for _, w := range result.Writes() {
		if w.Status == http.StatusUnprocessableEntity {
			refused.Add(1)
		}
	}
	if result.Exit != 0 && result.Exit != 1 && result.Exit != 3 {
		t.Errorf("%s", result)
	}
	for _, v := range slots {
		if err := v.waitForEnd(s.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := s.Witnessed(); err != nil {
		t.Errorf("%v\n%s", err, result)
	}
}

// interleave lets each rival act once, at the moment.
func interleave(t *testing.T, at moment, slots map[string]*slot, fired *atomic.Int64) func(*live.Request) live.Action {
	t.Helper()
	turn, count := "", 0
	return func(r *live.Request) live.Action {
		var now []*slot
		if _, ours := slots[r.Name]; ours && r.Resource == "persistentvolumes" && r.Name != turn {
			turn, count = r.Name, 0
		}
		if turn != "" {
			count++
		}
		switch {
		case at.request > 0 && r.N == at.request:
			for _, rival := range rivals() {
				for _, v := range slots {
					if v.name == rival.name {
						now = append(now, v)
					}
				}
			}
		case at.inTurn > 0 && turn != "" && count == at.inTurn:
			now = []*slot{slots[turn]}
		default:
			return live.Action{}
		}
		fired.Add(int64(len(now)))
		act := func() {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			for _, v := range now {
				v.acted.Store(true)
				if err := v.rival.act(ctx, v); err != nil {
					t.Errorf("%s: %v", v.name, err)
				}
			}
		}
		if at.after {
			return live.Action{After: act}
		}
		return live.Action{Before: act}
	}
}

// slot is one volume of a race.
type slot struct {
	s     *live.Scene
	name  string
	rival rival
	// acted is set once the rival has had its turn.
	acted atomic.Bool
}

// lay makes the volume, Released, and what waits for it from the beginning.
func (v *slot) lay() {
	v.s.Volume(v.name, "node-0", retained, func(pv *corev1.PersistentVolume) { pv.Labels["slot"] = v.name })
	v.s.BoundClaim("old-"+v.name, v.name)
	deleteClaim(v.s, "old-"+v.name)
	v.s.WaitVolume(v.name, controlplane.VolumePhase(corev1.VolumeReleased))
	if v.rival.waits {
		if err := v.want(v.s.Context(), "heir-"+v.name, false); err != nil {
			v.s.Fail(err)
		}
	}
}

// want makes a claim that nothing but the volume fits, and a Pod for it. By name, the claim asks for the volume itself.
func (v *slot) want(ctx context.Context, claim string, byName bool) error {
	c := v.s.NewClaim(claim)
	if byName {
		c.Spec.VolumeName = v.s.VolumeName(v.name)
	} else {
		c.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"slot": v.name}}
	}
	if _, err := cluster.Client().CoreV1().PersistentVolumeClaims(v.s.Name).Create(ctx, c, metav1.CreateOptions{}); err != nil {
		return err
	}
	pod := v.s.NewPod(claim, claim)
	pod.Labels = map[string]string{"slot": v.name}
	_, err := cluster.Client().CoreV1().Pods(v.s.Name).Create(ctx, pod, metav1.CreateOptions{})
	return err
}

// waitForEnd waits until the volume has found somebody, stays Released because it was not reclaimed, or is wanted by nobody.
func (v *slot) waitForEnd(ctx context.Context) error {
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().PersistentVolumes(), v.s.VolumeName(v.name), func(pv *corev1.PersistentVolume) (bool, string) {
		if pv == nil {
			return false, "it does not exist"
		}
		unwanted := pv.Status.Phase == corev1.VolumeAvailable && !v.rival.waits && !v.acted.Load()
		return unwanted || pv.Status.Phase == corev1.VolumeBound || pv.Status.Phase == corev1.VolumeReleased, string(pv.Status.Phase)
	})
	return err
}
