package execute

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// What a run that came to no good end has left behind: the same command goes on from there, and each of these takes one thing back.

// lastLook bounds what is read when a run has ended.
const lastLook = 5 * time.Second

// tellLeft notes what the steps that are done have changed and nothing else takes back.
func (r *run) tellLeft(ctx context.Context) {
	r.cordonsLeft(ctx)
	for i, s := range r.plan.Steps {
		if s.Action == drain.CordonNode && !forAWhile(s) && r.wrote[i] && r.cordonedStill(ctx, s.Object.Name, s.Object.UID) {
			r.left(fact.New("NodeLeftCordoned", "node", s.Object.Name).Offering(fact.Kubectl("uncordon", s.Object.Name)))
		}
	}
	for _, reserved := range r.reservedInVain() {
		r.left(fact.New("VolumeLeftReserved", "volume", reserved.volume, "claim", reserved.claim).Offering(unreserve(reserved.volume)))
	}
	for i, s := range r.plan.Steps {
		p, ok := s.Parameters.(*drain.RecordParameters)
		if s.Action != drain.RetainVolume || !ok || !r.wrote[i] || p.Was == "" || p.Was == corev1.PersistentVolumeReclaimRetain || !r.claimStays(p.Claim) {
			continue
		}
		r.left(fact.New("VolumeLeftRetained", "volume", s.Object.Name, "was", p.Was).Offering(setPolicy(s.Object.Name, p.Was)))
	}
}

func (r *run) left(f fact.Fact) { r.result.Left = append(r.result.Left, drain.NextIs(f)) }

// unreserve takes a reservation back.
func unreserve(volume string) fact.Command {
	return fact.Plugin("reclaim", volume).With("--unreserve")
}

// setPolicy gives a volume its reclaim policy back.
func setPolicy(volume string, policy corev1.PersistentVolumeReclaimPolicy) fact.Command {
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"persistentVolumeReclaimPolicy": policy}})
	if err != nil {
		return fact.Command{}
	}
	return fact.Kubectl("patch", "pv", volume).With("-p", string(patch))
}

// reservation is a volume that is reserved for a claim by name.
type reservation struct {
	volume string
	claim  drain.Object
}

// reservedInVain are the reservations for claims that keep the volumes that they have.
func (r *run) reservedInVain() []reservation {
	var out []reservation
	for i, s := range r.plan.Steps {
		p, ok := s.Parameters.(*drain.FreeParameters)
		if s.Action == drain.ReserveVolume && ok && p.For != nil && !p.Former && r.isDone(i) && !r.claimDeleted(*p.For) && !r.boundSince(s.Object.Name) {
			out = append(out, reservation{s.Object.Name, *p.For})
		}
	}
	return out
}

// boundSince reports whether a step has seen that the claim for which a volume was reserved has it.
func (r *run) boundSince(volume string) bool {
	for i, s := range r.plan.Steps {
		if s.Action == drain.AwaitBound && s.Parameters.About().Volume.Name == volume && r.isDone(i) {
			return true
		}
	}
	return false
}

// claimStays reports whether a claim was to be deleted by a step that has not begun. Of any other the volume may be all that there is left.
func (r *run) claimStays(claim drain.Object) bool {
	i := slices.IndexFunc(r.plan.Steps, func(s drain.Step) bool {
		return s.Action == drain.DeleteClaim && s.Object.Namespace == claim.Namespace && s.Object.Name == claim.Name
	})
	return i >= 0 && r.result.Steps[i].Status == drain.StepNotStarted
}

// cordonedStill reports whether a Node is still the one that was cordoned, and cordoned. If that cannot be read, it is taken for so.
func (r *run) cordonedStill(ctx context.Context, name string, uid types.UID) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastLook)
	defer cancel()
	n, err := r.live.node(ctx, name)
	return err != nil || n != nil && n.UID == uid && n.Spec.Unschedulable
}
