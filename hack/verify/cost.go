package main

import (
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// cost is what something took: time on the clock, and of all cores together.
type cost struct {
	name      string
	wall, cpu time.Duration
	note      string
}

// row is what a phase took, and each of its parts that was measured. The parts may run side by side.
type row struct {
	cost
	parts []cost
}

// table is what the phases took, in their order.
type table []row

// with is the table with its sum, as it is printed: parts are indented.
func (t table) with(sum cost) string {
	var lines []cost
	for _, r := range t {
		lines = append(lines, r.cost)
		for _, p := range r.parts {
			lines = append(lines, cost{"  " + p.name, p.wall, p.cpu, p.note})
		}
	}
	lines = append(lines, sum)
	width := 0
	for _, l := range lines {
		width = max(width, len(l.name))
	}
	text := []string{fmt.Sprintf("%-*s  %8s  %8s", width, "phase", "wall", "CPU")}
	for _, l := range lines {
		line := fmt.Sprintf("%-*s  %8s  %8s  %s", width, l.name, round(l.wall), round(l.cpu), l.note)
		text = append(text, strings.TrimRight(line, " "))
	}
	return strings.Join(text, "\n")
}

func round(d time.Duration) time.Duration { return d.Round(time.Second) }

// used is the CPU time of this process, and of all that it, and those that it started, have waited for. The components of a
// control plane are among them, because the tests that start one wait for it.
func used() time.Duration {
	var all time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			continue // it can only fail for an argument that is wrong
		}
		all += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return all
}

// usedBy is the CPU time of a program that has ended, and of what it has waited for.
func usedBy(cmd *exec.Cmd) time.Duration {
	if cmd.ProcessState == nil { // it did not start
		return 0
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
