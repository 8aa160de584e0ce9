package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunStopsAtTheFirstFailure(t *testing.T) {
	// In a bubble time passes only when everything waits.
	synctest.Test(t, func(t *testing.T) {
		var (
			out strings.Builder
			ran []string
			cpu time.Duration
		)
		s := &session{out: &out, cpu: func() time.Duration { return cpu }}
		works := func(name string, wall time.Duration, err error, parts ...cost) phase {
			return phase{name, "about " + name, func(ctx context.Context, s *session) error {
				ran = append(ran, name)
				cpu += 2 * wall
				takes(ctx, wall)
				s.parts = parts
				return err
			}}
		}
		chosen := []phase{
			works("a", 400*time.Millisecond, nil),
			works("long name", 8*time.Minute, nil, cost{"test/x", 5 * time.Minute, 7*time.Minute + 600*time.Millisecond, ""}, cost{"hack/y", time.Second, 0, "without z"}),
			works("b", time.Second, errors.New("broken")),
			works("c", time.Hour, nil),
		}
		if s.run(t.Context(), chosen) {
			t.Error("run says that all passed")
		}
		if diff := cmp.Diff([]string{"a", "long name", "b"}, ran); diff != "" {
			t.Errorf("phases that ran (-want +got):\n%s", diff)
		}
		const want = `== a: about a (0s since the start)
== long name: about long name (0s since the start)
== b: about b (8m0s since the start)
== b FAILED: broken
   alone: go run ./hack/verify b
== what it took
phase          wall       CPU
a                0s        1s
long name      8m0s     16m0s
  test/x       5m0s      7m1s
  hack/y         1s        0s  without z
b                1s        2s
in all         8m1s     16m3s
== not run: 1 of 4 phases
phases: 2 passed, 1 failed
`
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

// TestNotRun: what could not run has not passed, and does not keep the others from it.
func TestNotRun(t *testing.T) {
	var out strings.Builder
	s := &session{out: &out, cpu: func() time.Duration { return 0 }}
	lacks := phase{"nodes", "real nodes", func(context.Context, *session) error { return notRunError("not run: real nodes need root") }}
	fine := phase{"files", "files", func(context.Context, *session) error { return nil }}
	if !s.run(t.Context(), []phase{lacks, fine}) {
		t.Error("the one that could run has passed, and the run has not")
	}
	for _, want := range []string{"== nodes: not run: real nodes need root\n", "== not run: 1 of 2 phases\nphases: 1 passed, 0 failed\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output does not say %q:\n%s", want, &out)
		}
	}
	if s.run(t.Context(), []phase{lacks}) {
		t.Error("nothing could run, and the run has passed")
	}
}

// takes returns when some time has passed.
func takes(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

func TestChoose(t *testing.T) {
	all := []phase{{name: "files"}, {name: "lint"}, {name: "unit"}, {name: "race"}, {name: "story"}, {name: "nodes"}}
	tests := []struct {
		name  string
		names []string
		want  string
		err   string
	}{
		{name: "all", want: "files lint race"},
		{name: "in their own order", names: []string{"unit", "files"}, want: "files unit"},
		{name: "those that are left out of all", names: []string{"nodes", "unit"}, want: "unit nodes"},
		{name: "unknown", names: []string{"lint", "lnit"}, err: `there is no phase "lnit": choose from files, lint, unit, race, story, nodes`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			chosen, err := choose(all, test.names)
			var got []string
			for _, p := range chosen {
				got = append(got, p.name)
			}
			if strings.Join(got, " ") != test.want || message(err) != test.err {
				t.Errorf("choose(%q) = %q, %v; want %q, %q", test.names, got, err, test.want, test.err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
