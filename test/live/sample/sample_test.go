package sample

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestPart takes every part once in as many samples as there are parts, wherever they begin.
func TestPart(t *testing.T) {
	for _, of := range []int{1, 2, 3, 7, 360} {
		for _, first := range []Sample{0, 5, Of("a commit")} {
			var parts []int
			for i := range of {
				parts = append(parts, (first + Sample(i)).Part(of))
			}
			slices.Sort(parts)
			if len(slices.Compact(parts)) != of || parts[0] != 0 || parts[of-1] != of-1 {
				t.Errorf("%d samples from %d on take the parts %v", of, first, parts)
			}
		}
	}
	if got := Sample(9).Part(0); got != 0 {
		t.Errorf("part %d of nothing", got)
	}
}

func TestNote(t *testing.T) {
	if got, want := Sample(9).Note(7), "sample 3 of 7; again: LOCALPV_SAMPLE=9"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCurrent is the number in the environment, or follows from the commit.
func TestCurrent(t *testing.T) {
	t.Setenv(Variable, "12")
	if got, err := Current(t.Context()); got != 12 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	t.Setenv(Variable, "HEAD")
	if got, err := Current(t.Context()); err == nil || !strings.Contains(err.Error(), Variable) {
		t.Errorf("%d, %v", got, err)
	}
	t.Setenv(Variable, "")
	t.Chdir(t.TempDir())
	t.Setenv("GIT_CEILING_DIRECTORIES", "/")
	if got, err := Current(t.Context()); got != 0 || err != nil {
		t.Errorf("outside of a checkout: %d, %v", got, err)
	}
}

// TestCommit is the same for one commit and another for the next.
func TestCommit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Log("there is no git, so every sample is 0")
		return
	}
	t.Chdir(t.TempDir())
	t.Setenv(Variable, "")
	commit := func(args ...string) Sample {
		t.Helper()
		args = append([]string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, args...)
		if out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		s, err := Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	none := commit("init", "-q")
	first := commit("commit", "-q", "--allow-empty", "-m", "one")
	again := commit("status")
	second := commit("commit", "-q", "--allow-empty", "-m", "two")
	if none != 0 || first == 0 || again != first || second == first {
		t.Errorf("without a commit %d, with one %d and %d, with another %d", none, first, again, second)
	}
}
