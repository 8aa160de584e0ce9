package krew

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// download is where plugins.yaml says that the archives are.
const download = "https://github.com/kubectl-localpv/kubectl-localpv/releases/download"

// release is what hack/release made for this machine's platform.
type release struct {
	dist     string
	archive  string // path
	manifest string // stamped, under the name that krew wants
}

// buildRelease runs hack/release in a checkout. It stamps a copy of plugins.yaml that names this machine's platform only and, in
// place of GitHub, the fixture's server.
func buildRelease(ctx context.Context, checkout, to, version string) (release, error) {
	r := release{dist: filepath.Join(to, "dist"), manifest: filepath.Join(to, "dist", "localpv.yaml")}
	text, err := os.ReadFile(filepath.Join(checkout, "plugins.yaml"))
	if err != nil {
		return r, err
	}
	local, err := onlyThisPlatform(string(text))
	if err != nil {
		return r, err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return r, err
	}
	before := filepath.Join(to, "plugins.yaml")
	if err := os.WriteFile(before, []byte(strings.ReplaceAll(local, download, fixture.server.URL)), 0o644); err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, "go", "run", "./hack/release", "-version", version, "-manifest", before, "-out", r.dist)
	cmd.Dir = checkout
	if out, err := cmd.CombinedOutput(); err != nil {
		return r, fmt.Errorf("%s: %w: %s", cmd, err, out)
	}
	archives, err := filepath.Glob(filepath.Join(r.dist, "*.tar.gz"))
	if err != nil || len(archives) != 1 {
		return r, fmt.Errorf("hack/release made %d archives for one platform: %w", len(archives), err)
	}
	r.archive = archives[0]
	return r, nil
}

// onlyThisPlatform removes the lines of the other platforms from a manifest.
func onlyThisPlatform(text string) (string, error) {
	const begin = "    - selector:\n"
	blocks := strings.Split(text, begin)
	kept := blocks[:1:1]
	for _, block := range blocks[1:] {
		if strings.Contains(block, "          os: "+runtime.GOOS+"\n          arch: "+runtime.GOARCH+"\n") {
			kept = append(kept, block)
		}
	}
	if len(kept) != 2 {
		return "", fmt.Errorf("plugins.yaml has %d platforms for %s/%s, want one", len(kept)-1, runtime.GOOS, runtime.GOARCH)
	}
	return strings.Join(kept, begin), nil
}

// copyCheckout copies what git knows of, or would.
func copyCheckout(ctx context.Context, to string) error {
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = checkout
	list, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("list the files of the checkout: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(checkout, name))
		if os.IsNotExist(err) {
			continue // deleted, and not yet committed
		}
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// server has archives where GitHub has them: version, slash, name.
type server struct {
	*httptest.Server
	archives map[string]string
}

func startServer() *server {
	s := &server{archives: map[string]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		archive, ok := s.archives[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, archive)
	}))
	return s
}

func (s *server) add(r release) {
	name := path.Base(r.archive)
	s.archives["/"+strings.Split(name, "_")[1]+"/"+name] = r.archive
}
