package execute

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// check returns an error if a Plan cannot be run as it is: those who read one back from JSON, or build one by hand, may have left
// something out, and a step that nobody carries out is worse than none.
func check(p *drain.Plan) error {
	known := drain.New(p.Command)
	switch {
	case p.TypeMeta != known.TypeMeta:
		return fmt.Errorf("this is a %s of %s, and not a %s of %s", p.Kind, p.APIVersion, known.Kind, known.APIVersion)
	case p.Verdict != drain.Ready:
		return fmt.Errorf("a Plan that is %s cannot be run", p.Verdict)
	}
	staged, err := checkStages(p)
	if err != nil {
		return err
	}
	for _, s := range p.Steps {
		want := s.Action.Parameters()
		given := reflect.ValueOf(s.Parameters)
		switch {
		case want == nil:
			return fmt.Errorf("step %s: there is no action %q", s.ID, s.Action)
		case !given.IsValid() || given.Type() != reflect.TypeOf(want) || given.IsNil():
			return fmt.Errorf("step %s: the parameters of %s are of type %T, not %T", s.ID, s.Action, s.Parameters, want)
		case s.Target < 0 || s.Target >= len(p.Targets):
			return fmt.Errorf("step %s: there is no target %d", s.ID, s.Target)
		case !staged[s.Target]:
			return fmt.Errorf("step %s: target %d is in no stage", s.ID, s.Target)
		}
		if missing := missingGuard(p, s); missing != "" {
			return fmt.Errorf("step %s: its %s is missing", s.ID, missing)
		}
	}
	return nil
}

// missingGuard is the name of what a step may not be without: what it writes would be written to another object of that name, or to
// one that is in use.
func missingGuard(p *drain.Plan, s drain.Step) string {
	for _, d := range s.Parameters.Dead() {
		if !slices.Contains(p.RestsOn, d) {
			return "restsOn[" + d.Name + "]"
		}
	}
	switch parameters := s.Parameters.(type) {
	case *drain.RecordParameters:
		return without(parameters.Volume.UID == "", "volume.uid")
	case *drain.DeleteClaimParameters:
		return without(parameters.Volume.UID == "", "volume.uid") + without(parameters.Claim.UID == "", "claim.uid")
	case *drain.DeletePodParameters:
		return without(s.Object.UID == "", "object.uid") + without(len(parameters.Nodes) == 0, "dead")
	case *drain.EvictParameters:
		return without(s.Object.UID == "", "object.uid")
	case *drain.FreeParameters:
		return without(parameters.Volume.UID == "", "volume.uid") + without((s.Action == drain.ReserveVolume) != (parameters.For != nil), "for") +
			without(parameters.Former && (parameters.For == nil || parameters.For.UID == ""), "for.uid")
	case *drain.AwaitUnusedParameters:
		return without(len(parameters.Claims) == 0, "claims")
	case *drain.AwaitReadyParameters:
		return without(len(parameters.Claims) == 0, "claims")
	case *drain.ForgetParameters:
		return without(s.Object.UID == "", "object.uid")
	}
	return ""
}

func without(missing bool, name string) string {
	if missing {
		return name
	}
	return ""
}

// checkStages are the targets that are in a stage, each of them in one.
func checkStages(p *drain.Plan) (map[int]bool, error) {
	staged := map[int]bool{}
	for i, stage := range p.Stages {
		if stage.Parallel < 1 {
			return nil, fmt.Errorf("stage %d: %d targets at the same time are none", i, stage.Parallel)
		}
		if stage.OnFailure != drain.StopStage && stage.OnFailure != drain.FinishTargets {
			return nil, fmt.Errorf("stage %d: what a failure stops is %q", i, stage.OnFailure)
		}
		for _, target := range stage.Targets {
			if target < 0 || target >= len(p.Targets) {
				return nil, fmt.Errorf("stage %d: there is no target %d", i, target)
			}
			if staged[target] {
				return nil, fmt.Errorf("stage %d: target %d is in a stage already", i, target)
			}
			staged[target] = true
		}
	}
	return staged, nil
}
