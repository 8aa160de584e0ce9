package recover

import (
	"fmt"
	"regexp"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// cutOff are recoveries that are cut off and run again.
func cutOff() []recovery {
	return []recovery{
		{name: "member", set: (*scene).member, lose: (*scene).dies, settled: ready("db")},
		{name: "two-claims", set: func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, ordered, s.with("wal"))
			s.free("n3-a", "n3-b")
		}, settled: ready("db")},
		{name: "standalone", set: (*scene).deployment, args: accepting("files"), settled: func(s *scene) { s.WaitDeployment("web") }},
		{name: "two-in-order", set: func(s *scene) {
			s.set("db", []string{"n1", "n1", "n2"}, ordered)
			s.free("n0-free", "n3-free")
		}, args: accepting("data-db-0", "data-db-1"), settled: ready("db")},
		{name: "bare-pod", set: func(s *scene) {
			s.held("files", "n1")
			s.Claim("files")
			s.Pod("tool", "files")
			s.WaitPod("tool", controlplane.PodReady)
			s.free("n0-free")
		}, args: accepting("files"), settled: func(s *scene) {
			s.WaitVolume("n1-files", controlplane.VolumePhase("Released"))
			s.WaitClaim("files", controlplane.ClaimPhase("Bound"))
		}},
	}
}

// line is the command line of a recovery.
func (rc recovery) line(s *scene) []string {
	return s.command(rc.nodes(), append([]string{"--fenced"}, rc.more(s)...)...)
}

// whole takes a recovery in one go, and returns what it changed.
func (rc recovery) whole(t *testing.T) (change string, s *scene, r live.Result) {
	t.Helper()
	s = rc.stage(t)
	before := s.state()
	r = s.run(rc.line(s))
	if r.Exit != 0 {
		t.Fatal(r)
	}
	rc.settled(s)
	return live.Change(before, s.state()), s, r
}

// state is the state of the scene, without the names that admission and the hashes of templates make up.
func (s *scene) state() string {
	s.t.Helper()
	text := regexp.MustCompile(`kube-api-access-[a-z0-9]{5}`).ReplaceAllString(s.State(), "kube-api-access")
	return regexp.MustCompile(`web-[a-z0-9]{6,10}\b`).ReplaceAllString(text, "web-hash")
}

// TestKilled kills recover (SIGKILL) after each of its writes, one run per write, and runs it again: in the end all is as
// after a run that was let be. The rules and the watch over claims hold all the time. Without -torture it is killed after a
// sample of them.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, rc := range cutOff() {
		t.Run(rc.name, func(t *testing.T) {
			t.Parallel()
			want, _, r := rc.whole(t)
			for i, w := range r.Writes() {
				if !torture.Kills(rc.name, i+1, w) || w.Resource == "events" && !torture.All() {
					continue
				}
				t.Run(fmt.Sprintf("%d-%s-%s", i+1, w.Verb, w.Resource), func(t *testing.T) {
					t.Parallel()
					rc.killed(t, i+1, want)
				})
			}
		})
	}
}

func (rc recovery) killed(t *testing.T, n int, want string) {
	t.Helper()
	s := rc.stage(t)
	before := s.state()
	held := &invariants{scene: s}
	rules := held.rules()
	first := s.run(rc.line(s), func(r *live.Run) {
		r.Rules, r.On = rules, func(r *live.Request) live.Action { return live.Action{Kill: r.Write == n} }
	})
	if len(first.Writes()) != n {
		t.Fatalf("it was to be killed after write %d: %s", n, first)
	}
	second := s.run(rc.line(s), func(r *live.Run) { r.Rules = rules })
	if second.Exit != 0 {
		t.Fatalf("run again after it was killed: %s\nfirst run: %s", second, first)
	}
	rc.settled(s)
	if diff := gocmp.Diff(want, live.Change(before, s.state())); diff != "" {
		t.Errorf("killed and run again, it ended otherwise (- uninterrupted, + killed):\n%s\nfirst run: %s\nsecond run: %s", diff, first, second)
	}
}
