package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const twoPlatforms = `# Stamped.
# Built with go1.1.
metadata:
  name: localpv # a comment
spec:
  version: v0.1.0
  description: since v0.1.0
  platforms:
    - selector:
        matchLabels: {os: linux, arch: amd64}
      uri: https://example.org/v0.1.0/localpv_v0.1.0_linux_amd64.tar.gz
      sha256: old
      bin: kubectl-localpv
    - selector:
        matchLabels: {os: windows, arch: amd64}
      uri: https://example.org/v0.1.0/localpv_v0.1.0_windows_amd64.tar.gz
      sha256: old
      bin: kubectl-localpv.exe
`

func TestStamp(t *testing.T) {
	m, err := parseManifest([]byte(twoPlatforms))
	if err != nil {
		t.Fatal(err)
	}
	want := []platform{
		{"linux", "amd64", "localpv_v0.2.0_linux_amd64.tar.gz", "kubectl-localpv"},
		{"windows", "amd64", "localpv_v0.2.0_windows_amd64.tar.gz", "kubectl-localpv.exe"},
	}
	if diff := cmp.Diff(want, m.renamed("v0.2.0").platforms, cmp.AllowUnexported(platform{})); diff != "" {
		t.Errorf("platforms of the new version (-want +got):\n%s", diff)
	}
	got, err := m.stamp("v0.2.0", "go1.2.3", map[string]string{want[0].archive: "one", want[1].archive: "two"})
	if err != nil {
		t.Fatal(err)
	}
	stamped := strings.NewReplacer(
		"go1.1.", "go1.2.3.", "  version: v0.1.0", "  version: v0.2.0", "org/v0.1.0/localpv_v0.1.0", "org/v0.2.0/localpv_v0.2.0",
	).Replace(twoPlatforms)
	stamped = strings.Replace(stamped, "old", `"one"`, 1)
	stamped = strings.Replace(stamped, "old", `"two"`, 1)
	if diff := cmp.Diff(stamped, string(got)); diff != "" {
		t.Errorf("stamped manifest (-want +got):\n%s", diff)
	}
}

// Before the first release there is no Go whose checksums the manifest could hold.
func TestStampFirstRelease(t *testing.T) {
	first := strings.Replace(twoPlatforms, "Built with go1.1.", "Nothing is released yet: v0.1.0 stands for it.", 1)
	m, err := parseManifest([]byte(first))
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.stamp("v0.1.0", "go1.2.3", map[string]string{m.platforms[0].archive: "one", m.platforms[1].archive: "two"})
	if err != nil {
		t.Fatal(err)
	}
	if text := string(got); !strings.Contains(text, "\n# Built with go1.2.3.\n") || strings.Contains(text, "released yet") {
		t.Errorf("stamped manifest:\n%s", text)
	}
}

func TestManifestsThatCannotBeStamped(t *testing.T) {
	tests := []struct{ name, old, replacement, err string }{
		{"an unknown platform", "_windows_amd64.tar.gz", "_plan9_v0.1.0.tar.gz", `there is no checksum for "localpv_v0.2.0_plan9_v0.2.0.tar.gz"`},
		{"no Go", "# Built with go1.1.\n", "", `there is no comment "# Built with go1.2.3."`},
		{"no checksum", "      sha256: old\n", "", "stamped 1 of 2 platforms"},
		{"no version", "  version: v0.1.0\n", "", "it needs metadata.name, spec.version and spec.platforms"},
		{"a zip", "amd64.tar.gz", "amd64.zip", "does not end in .tar.gz"},
		{"an address without a version", "localpv_v0.1.0_linux", "localpv_linux", "does not name the version v0.1.0"},
		{"a selector for several", "{os: linux, arch: amd64}", "{os: linux}", "spec.platforms[0] needs a selector"},
		{"no program", "      bin: kubectl-localpv\n", "", "spec.platforms[0] needs a bin"},
		{"no manifest", twoPlatforms, "[", "not a krew manifest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(twoPlatforms, test.old, test.replacement, 1)
			if text == twoPlatforms {
				t.Fatalf("the manifest has no %q", test.old)
			}
			m, err := parseManifest([]byte(text))
			if err == nil {
				_, err = m.stamp("v0.2.0", "go1.2.3", map[string]string{
					"localpv_v0.2.0_linux_amd64.tar.gz": "one", "localpv_v0.2.0_windows_amd64.tar.gz": "two",
				})
			}
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}
