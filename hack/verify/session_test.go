package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func TestRunStopsAtTheFirstFailure(t *testing.T) {
	// In a bubble the clock stands still, so that the elapsed time is known.
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		var ran []string
		note := func(name string, err error) phase {
			return phase{name, "about " + name, func(context.Context, *session) error {
				ran = append(ran, name)
				return err
			}}
		}
		s := &session{out: &out}
		if s.run(t.Context(), []phase{note("a", nil), note("b", errors.New("broken")), note("c", nil)}) {
			t.Error("run says that all passed")
		}
		if diff := cmp.Diff([]string{"a", "b"}, ran); diff != "" {
			t.Errorf("phases that ran (-want +got):\n%s", diff)
		}
		const want = `== a: about a (0s since the start)
== b: about b (0s since the start)
== b FAILED: broken
   alone: go run ./hack/verify b
== not run: 1 of 3 phases
== 0s in all: a 0s, b 0s
phases: 1 passed, 1 failed
`
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

func TestChoose(t *testing.T) {
	all := []phase{{name: "files"}, {name: "lint"}, {name: "unit"}}
	tests := []struct {
		name  string
		names []string
		want  string
		err   string
	}{
		{name: "all", want: "files lint unit"},
		{name: "in their own order", names: []string{"unit", "files"}, want: "files unit"},
		{name: "unknown", names: []string{"lint", "lnit"}, err: `there is no phase "lnit": choose from files, lint, unit`},
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
