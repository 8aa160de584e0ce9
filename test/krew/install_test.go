package krew

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstallUpgradeUninstall(t *testing.T) {
	u := newUser(t)
	u.publish(t, fixture.first)
	u.kubectl(t, "krew", "update") // takes the index: what follows begins and ends with the same files
	before := tree(t, u)
	u.kubectl(t, "krew", "install", "localpv")
	u.wantVersion(t, "v0.0.1")
	if out := u.kubectl(t, "plugin", "list"); !strings.Contains(out, filepath.Join(u.krew, "bin", "kubectl-localpv")) {
		t.Errorf("kubectl plugin list does not show the plugin:\n%s", out)
	}
	if out := u.kubectl(t, "krew", "info", "localpv"); !strings.Contains(out, "It installs nothing in the cluster.") {
		t.Errorf("kubectl krew info does not show the description:\n%s", out)
	}

	u.publish(t, fixture.second)
	u.kubectl(t, "krew", "upgrade", "localpv")
	u.wantVersion(t, "v0.0.2")
	for _, left := range tree(t, u) {
		if strings.Contains(left, "v0.0.1") {
			t.Errorf("the upgrade left %s", left)
		}
	}

	u.kubectl(t, "krew", "uninstall", "localpv")
	if diff := cmp.Diff(before, tree(t, u)); diff != "" {
		t.Errorf("files after uninstalling (-before +after):\n%s", diff)
	}
	if out, err := u.run(t, u.home, "kubectl", "localpv", "version"); err == nil || !strings.Contains(out, `unknown command "localpv"`) {
		t.Errorf("kubectl localpv after uninstalling: %v\n%s", err, out)
	}
}

// Without an index: as docs/releasing.md and the manifest's reviewers try it.
func TestInstallFromFiles(t *testing.T) {
	u := newUser(t)
	release := fixture.first
	damaged := filepath.Join(t.TempDir(), filepath.Base(release.archive))
	data := readFile(t, release.archive)
	writeFile(t, damaged, data[:len(data)-1])
	if out, err := u.run(t, u.home, "kubectl", "krew", "install", "--manifest="+release.manifest, "--archive="+damaged); err == nil {
		t.Errorf("krew installs an archive with another checksum than the manifest's:\n%s", out)
	}
	u.kubectl(t, "krew", "install", "--manifest="+release.manifest, "--archive="+release.archive)
	u.wantVersion(t, "v0.0.1")
	for _, name := range []string{"LICENSE", "THIRD_PARTY_LICENSES.txt", "kubectl-localpv", "kubectl_complete-localpv"} {
		if info, err := os.Stat(filepath.Join(u.krew, "store", "localpv", "v0.0.1", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s is not installed: %v", name, err)
		}
	}
}

// wantVersion asks the plugin through kubectl. There is no kubeconfig, so it knows two versions.
func (u user) wantVersion(t *testing.T, version string) {
	t.Helper()
	got := u.kubectl(t, "localpv", "version")
	want := "Client Version: " + version + "\nSimulated Scheduler Version: v1."
	if !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 2 {
		t.Errorf("kubectl localpv version prints %q, want %q and no more than these two lines", got, want)
	}
}

// tree lists what krew and the plugin left in the directories they may write to, the index aside.
func tree(t *testing.T, u user) []string {
	t.Helper()
	var all []string
	for name, dir := range map[string]string{"krew": u.krew, "home": u.home, "temp": u.temp} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if name == "krew" && path == "index" {
				return fs.SkipDir
			}
			all = append(all, name+"/"+path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(all)
	return all
}
