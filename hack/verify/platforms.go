package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
)

// platforms compiles and vets what ships for the systems that plugins.yaml names besides this one. Nothing is linked, which
// would take longer than all the rest; what is compiled serves the release.
func platforms(ctx context.Context, s *session) error {
	manifest, err := os.ReadFile(filepath.Join(s.dir, "plugins.yaml"))
	if err != nil {
		return fmt.Errorf("read which platforms there are: %w", err)
	}
	for _, p := range others(string(manifest), runtime.GOOS) {
		env := append(sharedEnv(), "GOOS="+p[0], "GOARCH="+p[1])
		if err := s.command(ctx, env, "go", "vet", "./cmd/...", "./pkg/..."); err != nil {
			return fmt.Errorf("%s/%s: %w", p[0], p[1], err)
		}
	}
	return nil
}

// others returns operating system and architecture of one platform of a krew manifest for each system besides that which is
// named: for each the last.
func others(manifest, host string) [][2]string {
	var all [][2]string
	for _, match := range platform.FindAllStringSubmatch(manifest, -1) {
		p := [2]string{match[1], match[2]}
		switch last := len(all) - 1; {
		case p[0] == host:
		case last >= 0 && all[last][0] == p[0]:
			all[last] = p
		default:
			all = append(all, p)
		}
	}
	return all
}

var platform = regexp.MustCompile(`(?m)^ +os: (\w+)\n +arch: (\w+)$`)
