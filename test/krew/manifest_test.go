package krew

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// unreleased is the version in plugins.yaml before the first release, when there are no checksums.
const unreleased = "v0.0.0"

// What people see of the manifest, and what krew-index asks of one.
func TestManifestAsCommitted(t *testing.T) {
	text := readFile(t, checkout+"/plugins.yaml")
	p := parse(t, text)
	if n := len(p.Spec.ShortDescription); n > 50 {
		t.Errorf("shortDescription %q has %d characters, more than 50", p.Spec.ShortDescription, n)
	}
	for line := range strings.Lines(p.Spec.Description) {
		if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of the description has %d characters: krew info does not wrap them:\n%s", n, line)
		}
	}
	var got []string
	for _, platform := range p.Spec.Platforms {
		os, arch := platform.Selector.MatchLabels.OS, platform.Selector.MatchLabels.Arch
		got = append(got, os+"/"+arch)
		uri := fmt.Sprintf("%s/%s/kubectl-localpv_%s_%s_%s.tar.gz", download, p.Spec.Version, p.Spec.Version, os, arch)
		if platform.URI != uri {
			t.Errorf("%s/%s: uri %s, want %s", os, arch, platform.URI, uri)
		}
		if placeholder := strings.Trim(platform.SHA256, "0") == ""; placeholder != (p.Spec.Version == unreleased) {
			t.Errorf("%s/%s: version %s with checksum %s: take what make release stamped", os, arch, p.Spec.Version, platform.SHA256)
		}
		var installed []string
		for _, file := range platform.Files {
			installed = append(installed, file.From)
			if file.To != "." {
				t.Errorf("%s/%s: %s goes to %q, want .", os, arch, file.From, file.To)
			}
		}
		want := []string{platform.Bin, "kubectl_complete-localpv", "LICENSE", "THIRD_PARTY_LICENSES.txt"}
		if os == "windows" {
			want = slices.Delete(want, 1, 2) // it is a script for a POSIX shell
		}
		if !slices.Equal(installed, want) {
			t.Errorf("%s/%s installs %q, want %q", os, arch, installed, want)
		}
		if exe := strings.HasSuffix(platform.Bin, ".exe"); exe != (os == "windows") {
			t.Errorf("%s/%s: the program is called %s", os, arch, platform.Bin)
		}
	}
	if diff := cmp.Diff([]string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"}, got); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
}

func TestValidateKrewManifest(t *testing.T) {
	u := newUser(t)
	committed := filepath.Join(t.TempDir(), "localpv.yaml")
	writeFile(t, committed, readFile(t, checkout+"/plugins.yaml"))
	// Without installing: these archives are on GitHub, if there has been a release.
	out, err := u.run(t, ".", "validate-krew-manifest", "-skip-install", "-manifest", committed)
	if err != nil {
		t.Fatalf("plugins.yaml: %v\n%s", err, out)
	}
	for _, want := range []string{"structural validation OK", "all spec.platform[] items are used", "no overlapping spec.platform[].selector"} {
		if !strings.Contains(out, want) {
			t.Errorf("the validator does not say %q:\n%s", want, out)
		}
	}
	// With installing, for this platform: the validator downloads the archive, and looks for the licence in what is installed.
	out, err = u.run(t, ".", "validate-krew-manifest", "-manifest", fixture.first.manifest)
	if err != nil || !strings.Contains(out, "all 1 spec.platforms installed fine") {
		t.Errorf("the release: %v\n%s", err, out)
	}
	// The validator has an eye for what we promise.
	unlicensed := filepath.Join(t.TempDir(), "localpv.yaml")
	text := strings.ReplaceAll(readFile(t, fixture.first.manifest), "        - from: LICENSE\n          to: .\n", "")
	writeFile(t, unlicensed, text)
	if out, err = u.run(t, ".", "validate-krew-manifest", "-manifest", unlicensed); err == nil || !strings.Contains(out, "could not find license file") {
		t.Errorf("the validator takes a manifest that installs no licence: %v\n%s", err, out)
	}
}

// plugin is a krew manifest.
type plugin struct {
	APIVersion, Kind string
	Metadata         struct{ Name string }
	Spec             struct {
		Version, Homepage, ShortDescription, Description, Caveats string
		Platforms                                                 []struct {
			Selector         struct{ MatchLabels struct{ OS, Arch string } }
			URI, SHA256, Bin string
			Files            []struct{ From, To string }
		}
	}
}

func parse(t *testing.T, text string) plugin {
	t.Helper()
	var p plugin
	if err := yaml.UnmarshalStrict([]byte(text), &p); err != nil {
		t.Fatalf("manifest: %v", err)
	}
	return p
}
