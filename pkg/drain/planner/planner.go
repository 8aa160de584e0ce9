package planner

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// planner gathers a Plan.
type planner struct {
	ix     *inspect.Index
	plan   *drain.Plan
	target int
	// member is the one whose steps are being planned.
	member string
}

func (p *planner) block(code drain.BlockerCode, override, format string, args ...any) {
	b := drain.Blocker{Code: code, Message: fmt.Sprintf(format, args...), Override: override}
	if !slices.Contains(p.plan.Blockers, b) {
		p.plan.Blockers = append(p.plan.Blockers, b)
	}
}

func (p *planner) warn(format string, args ...any) {
	if w := fmt.Sprintf(format, args...); !slices.Contains(p.plan.Warnings, w) {
		p.plan.Warnings = append(p.plan.Warnings, w)
	}
}

func (p *planner) lose(format string, args ...any) {
	p.plan.Losses = append(p.plan.Losses, fmt.Sprintf(format, args...))
}

func (p *planner) done(format string, args ...any) {
	p.plan.Done = append(p.plan.Done, fmt.Sprintf(format, args...))
}

func (p *planner) next(format string, args ...any) {
	p.plan.Next = append(p.plan.Next, fmt.Sprintf(format, args...))
}

// begin starts a target.
func (p *planner) begin(o drain.Object) {
	p.target = len(p.plan.Targets)
	p.plan.Targets = append(p.plan.Targets, o)
}

// step adds a step of the present target.
func (p *planner) step(s drain.Step) {
	s.ID = string(s.Action) + "/" + s.Object.String()
	s.Target, s.Member = p.target, p.member
	p.plan.Steps = append(p.plan.Steps, s)
}

// unreadable blocks if a kind could not be read on which safety rests.
func (p *planner) unreadable(kinds ...inspect.Kind) {
	what := map[inspect.Kind]string{
		inspect.Pods:                   "which Pods use the claims",
		inspect.PersistentVolumeClaims: "whether the claims exist",
	}
	for _, kind := range kinds {
		if gap, ok := p.ix.Gap(kind); ok {
			p.block(drain.BlockedUnknown, "", "%s is %s", what[kind], gap)
		}
	}
}

// finish settles the verdict. A Plan that is blocked shows the steps that it would have.
func (p *planner) finish() *drain.Plan {
	switch {
	case len(p.plan.Blockers) > 0:
		p.plan.Verdict = drain.Blocked
	case len(p.plan.Steps) == 0:
		p.plan.Verdict = drain.NothingToDo
	default:
		p.plan.Verdict = drain.Ready
	}
	if p.plan.Verdict != drain.Ready {
		p.plan.Losses = []string{}
	}
	return p.plan
}

// localVolume looks a volume up by name.
func localVolume(ix *inspect.Index, name string) (*corev1.PersistentVolume, error) {
	v := ix.Volume(name)
	if v == nil {
		return nil, &drain.NotFoundError{Kind: "volume", Name: name, Known: volumeNames(ix)}
	}
	return v, mustBeLocal(ix, v)
}

func mustBeLocal(ix *inspect.Index, v *corev1.PersistentVolume) error {
	if _, ok := ix.LocalSource(v); !ok {
		return drain.Misusef("volume %s is not local: its data is not on particular nodes, and this command is only for volumes whose data is; "+
			"kubectl get pv %s -o yaml shows it", v.Name, v.Name)
	}
	return nil
}

func volumeNames(ix *inspect.Index) []string {
	var names []string
	for _, v := range ix.LocalVolumes() {
		names = append(names, v.Name)
	}
	return names
}

func claimNotFound(ix *inspect.Index, namespace, name string) error {
	e := &drain.NotFoundError{Kind: "claim", Namespace: namespace, Name: name}
	for _, c := range ix.Claims {
		switch {
		case c.Namespace == namespace:
			e.Known = append(e.Known, c.Name)
		case c.Name == name:
			e.Elsewhere = append(e.Elsewhere, c.Namespace)
		}
	}
	slices.Sort(e.Known)
	slices.Sort(e.Elsewhere)
	return e
}

// homeNames are the Nodes of a volume's home, nil if it is not known or missing.
func (p *planner) homeNames(v *corev1.PersistentVolume) []string {
	home := p.ix.HomeOf(v)
	if home.State == inspect.HomeUnknown {
		return nil
	}
	return home.Names()
}

// where is a volume with its home: "local-pv-0 (on node-0)".
func (p *planner) where(v *corev1.PersistentVolume) string {
	home := p.ix.HomeOf(v)
	if names := home.Names(); len(names) > 0 {
		on := names[0]
		if home.State == inspect.HomeMissing {
			on += ", which does not exist"
		}
		return fmt.Sprintf("%s (on %s)", v.Name, on)
	}
	return v.Name
}

// retainStep sets policy Retain and saves the claim, if there is one, unless all of that has been done.
func (p *planner) retainStep(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, unused bool) {
	retained := v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimRetain
	if retained && (c == nil || retain.Recorded(v, c)) {
		return
	}
	s := drain.Step{
		Action: drain.RetainVolume, Object: drain.VolumeObject(v),
		Title: fmt.Sprintf("keep %s: policy Retain", v.Name), Why: "so that nobody erases it when its claim is gone",
		Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Unused: unused},
	}
	if c != nil {
		s.Precondition.Claim = drain.ClaimObject(c)
		s.Title += ", claim manifest saved on it"
		s.Why = "so that neither the data nor the claim's manifest is lost when the claim goes"
		p.checkManifestSize(v, c, true)
	} else {
		s.Precondition.Phases = []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeFailed}
	}
	p.step(s)
}

// checkManifestSize blocks if the claim's manifest does not fit on the volume.
func (p *planner) checkManifestSize(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, keep bool) {
	if _, err := retain.AnnotationsWith(v, c, keep); err != nil {
		p.block(drain.BlockedTooLarge, "", "%v", err)
	}
	if s, err := retain.RecordedClaim(v); err == nil && s != nil && (s.Namespace != c.Namespace || s.Name != c.Name) {
		p.warn("the saved manifest of claim %s/%s, which had %s before, is replaced on it", s.Namespace, s.Name, v.Name)
	}
}
