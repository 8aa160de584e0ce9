package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// How large the cluster is in which nodes die, and how many do.
const (
	rescueNodes = 200
	rescueSets  = 60
	rescueDead  = 5
	// rescueUsed is how many nodes have members: three each, of three sets, so that no set loses two of its own.
	rescueUsed = rescueSets
	// looks is how long recover waits between its two looks at the leases.
	looks = 21 * time.Second
	// settling is how long the cluster may take for anything.
	settling = 10 * time.Minute
)

// rescue lets nodes die at once under 60 StatefulSets and measures how recover brings their members back.
func rescue(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "localpv-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	plugin := filepath.Join(dir, "kubectl-localpv")
	if err := build(ctx, plugin); err != nil {
		return err
	}
	cp, err := controlplane.Start(ctx, controlplane.Options{
		Log: os.Stderr, Nodes: controlplane.NewNodes("node", rescueNodes), GracePeriod: 20 * time.Second,
	})
	if err != nil {
		return err
	}
	defer func() { _ = cp.Stop() }()
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	s, err := newSettlement(cp)
	if err != nil {
		return err
	}
	dead, err := s.lose(ctx)
	if err != nil {
		return err
	}
	p, err := newCounter(cp, filepath.Join(dir, "kubeconfig"))
	if err != nil {
		return err
	}
	defer p.server.Close()
	args := append(append([]string{"recover"}, dead...), "--fenced", "--unreachable-for=1s", "--yes", "--concurrency=8")
	cmd := exec.CommandContext(ctx, plugin, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.kubeconfig)
	var told strings.Builder
	cmd.Stdout, cmd.Stderr = os.Stderr, &told
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("recover: %w\n%s", err, told.String())
	}
	wall := time.Since(start)
	if err := s.wait(ctx); err != nil {
		return err
	}
	return reportRescue(told.String(), wall, p.count.Load())
}

// lose settles the members and lets some of their nodes die.
func (s *settlement) lose(ctx context.Context) (dead []string, err error) {
	fmt.Fprintf(os.Stderr, "creating %d StatefulSets of three on %d nodes\n", rescueSets, rescueNodes)
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	for i := range rescueDead {
		dead = append(dead, nodeName(i))
	}
	return dead, s.die(ctx, dead)
}

// reportRescue prints how long it took, and how much of that was waiting for controllers.
func reportRescue(told string, wall time.Duration, requests int64) error {
	const members = 3 * rescueDead
	var waits time.Duration
	for _, match := range regexp.MustCompile(`(?m)^\d+ done: wait until .*\((\S+)\)$`).FindAllStringSubmatch(told, -1) {
		d, err := time.ParseDuration(match[1])
		if err != nil {
			return fmt.Errorf("reading %q: %w", match[0], err)
		}
		waits += d
	}
	if strings.Contains(told, "throttl") {
		return fmt.Errorf("the client held itself back:\n%s", told)
	}
	fmt.Printf("recover: %d members of %d StatefulSets from %d of %d nodes, 8 at a time\n", members, members, rescueDead, rescueNodes)
	fmt.Printf("%-62s %5.1f s (%.0f s of it between two looks at the leases)\n", "wall", seconds(wall), seconds(looks))
	fmt.Printf("%-62s %5.1f s\n", "the controllers' own delays, in sum", seconds(waits))
	fmt.Printf("%-62s %5.2f\n", "wall without the looks / the controllers' own delays", seconds(wall-looks)/seconds(waits))
	fmt.Printf("%-62s %5.1f (bar 40)\n", "requests for each member", float64(requests)/members)
	return nil
}

func nodeName(i int) string { return fmt.Sprintf("node-%d", i) }
