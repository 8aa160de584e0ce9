package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNoticesAreFoundByName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"LICENSE", "LICENSE.md", "LICENSE-BSD", "License.txt", "LICENCE", "COPYING", "NOTICE.txt", "PATENTS", "licenses",
		"license.go", "licensed", "README.md", "go.mod", "LICENSE.d/x",
	} {
		write(t, filepath.Join(dir, name), "text of "+name, 0o600)
	}
	notices, err := noticesIn(dir, filepath.Dir(dir), "m v1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range notices {
		got = append(got, strings.TrimPrefix(n.text, "text of "))
		if want := filepath.Base(dir) + "/" + filepath.Base(n.file); n.file != want || n.owner != "m v1" {
			t.Errorf("notice %q of %q, want %q of m v1", n.file, n.owner, want)
		}
	}
	want := []string{"COPYING", "LICENCE", "LICENSE", "LICENSE-BSD", "LICENSE.md", "License.txt", "NOTICE.txt", "PATENTS", "licenses"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestTheSameLicenceIsWrittenOnce(t *testing.T) {
	got := string(writeNotices([]notice{
		{"b v2", "LICENSE", "MIT, by B"}, {"c v3", "LICENSE", "Apache"}, {"a v1", "sub/LICENSE", "Apache"}, {"a v1", "NOTICE", "By A"},
	}))
	line := strings.Repeat("=", 80)
	want := "kubectl-localpv contains the code of others. These are their licences and notices.\n" +
		"\n" + line + "\n\na v1 (NOTICE)\n\nBy A\n" +
		"\n" + line + "\n\na v1 (sub/LICENSE)\nc v3 (LICENSE)\n\nApache\n" +
		"\n" + line + "\n\nb v2 (LICENSE)\n\nMIT, by B\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

// What is linked in differs between platforms, and of all of it the terms have to be known.
func TestEveryDependencyHasALicence(t *testing.T) {
	t.Chdir("../..")
	for _, p := range []platform{{os: "linux", arch: "amd64"}, {os: "windows", arch: "amd64"}, {os: "darwin", arch: "arm64"}} {
		t.Run(p.os, func(t *testing.T) {
			text, err := thirdPartyLicenses(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			packages, err := dependencies(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if len(packages) == 0 {
				t.Fatal("nothing is linked in")
			}
			for _, pkg := range packages {
				if owner := "\n" + pkg.Module.Path + " " + pkg.Module.Version + " ("; !strings.Contains(string(text), owner) {
					t.Errorf("%s is linked in and not named", pkg.ImportPath)
				}
			}
			for _, owner := range []string{"\nGo go1.", "\nk8s.io/kubernetes v1."} {
				if !strings.Contains(string(text), owner) {
					t.Errorf("there is no notice of %q", owner)
				}
			}
			if strings.Contains(string(text), "github.com/rogpeppe/go-internal ") {
				t.Error("a module is named that only tests use")
			}
		})
	}
}
