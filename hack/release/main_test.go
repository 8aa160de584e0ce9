package main

import (
	"strings"
	"testing"
)

func TestVersionsThatAreNotReleased(t *testing.T) {
	tests := []struct{ name, args, err string }{
		{"none", "", "there is no version"},
		{"without v", "-version 0.1.0", `"0.1.0" is no semantic version`},
		{"too short", "-version v0.1", `"v0.1" is no semantic version`},
		{"a leading zero", "-version v0.01.0", `"v0.01.0" is no semantic version`},
		{"a path", "-version v0.1.0-../x", `"v0.1.0-../x" is no semantic version`},
		{"a checkout with changes", "-version v0.1.0-3-gabcdef0-dirty", "comes from a checkout with changes"},
		{"two versions", "-version v0.1.0 v0.2.0", `"v0.2.0" is an argument too many`},
		{"an unknown flag", "-vrsion v0.1.0", "flag provided but not defined: -vrsion"},
		{"a release", "-version v0.1.0", ""},
		{"a release candidate", "-version v0.1.0-rc.1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse(strings.Fields(test.args))
			if test.err == "" && err != nil {
				t.Fatalf("parse: %v", err)
			}
			if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), errUsage.Error())) {
				t.Errorf("parse: %v, want an error about the usage with %q", err, test.err)
			}
		})
	}
}
