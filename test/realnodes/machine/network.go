//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// All of these are in the namespaces of the run, so that two runs may have the same. Nodes, and their Pods, reach each other through the
// lab, and nobody else: there is no other way out of these namespaces.
const (
	bridge  = "br0"
	gateway = "10.97.0.1"
	// uplink is what the node calls its end of the link. The other is called as the node is.
	uplink = "eth0"
)

func nodeAddress(n int) string { return "10.97.0." + strconv.Itoa(10+n) }

func podNetwork(n int) string { return fmt.Sprintf("10.244.%d.0/24", n) }

// ip runs commands of iproute2, one after the other.
func ip(ctx context.Context, commands ...string) error {
	for _, command := range commands {
		if out, err := exec.CommandContext(ctx, "ip", strings.Fields(command)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", command, err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}

// makeBridge makes the network of the lab.
func makeBridge(ctx context.Context) error {
	return errors.Join(ip(ctx,
		"link set lo up",
		"link add "+bridge+" type bridge",
		"addr add "+gateway+"/24 dev "+bridge,
		"link set "+bridge+" up",
	), forwardPackets())
}

// forwardPackets is a setting of the network namespace that this process is in.
func forwardPackets() error {
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o600)
}

// wire connects the namespace of a process with the bridge.
func wire(ctx context.Context, n, pid int) error {
	return ip(ctx,
		fmt.Sprintf("link add %s type veth peer name %s netns %d", NodeName(n), uplink, pid),
		fmt.Sprintf("link set %s master %s up", NodeName(n), bridge),
		fmt.Sprintf("route replace %s via %s dev %s", podNetwork(n), nodeAddress(n), bridge),
	)
}

// unwire removes the link of a node that has no power. The kernel does so by itself, at some time.
func unwire(ctx context.Context, n int) error {
	return until(ctx, "the link of "+NodeName(n)+" is gone", func() (bool, error) {
		if err := exec.CommandContext(ctx, "ip", "link", "show", NodeName(n)).Run(); err != nil {
			return ctx.Err() == nil, ctx.Err()
		}
		return false, ip(ctx, "link del "+NodeName(n))
	})
}

// setLink cuts a node off, or connects it again. The route to its Pods goes with the link of the bridge only.
func setLink(ctx context.Context, n int, up bool) error {
	state := "down"
	if up {
		state = "up"
	}
	return ip(ctx, "link set "+NodeName(n)+" "+state)
}

// configureLink is the node's side of wire.
func configureLink(ctx context.Context, n int) error {
	return errors.Join(ip(ctx,
		"link set lo up",
		"addr add "+nodeAddress(n)+"/24 dev "+uplink,
		"link set "+uplink+" up",
		"route add default via "+gateway,
	), forwardPackets())
}
