// Package sample says which part is tried of what takes too long to be tried in one run of the tests. The part follows from
// the commit: it is the same whenever a commit is tested, and another one for the next, so that many runs try everything.
package sample

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Variable is the environment variable with the number of the sample. Without it the commit that is checked out decides.
const Variable = "LOCALPV_SAMPLE"

// Sample is a number from which follows what is tried. Samples whose numbers follow one another try other parts.
type Sample uint32

// Of is the sample of a commit, by its hash.
func Of(commit string) Sample {
	h := fnv.New32a()
	_, _ = h.Write([]byte(commit)) // a hash takes everything
	return Sample(h.Sum32())
}

// Current is the sample of this run: that of the environment, of the commit that is checked out, or 0 where there is no git.
// It is an error if the environment holds something else than a number.
func Current(ctx context.Context) (Sample, error) {
	if text := os.Getenv(Variable); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return 0, fmt.Errorf("%s is to be the number of a sample: %w", Variable, err)
		}
		return Sample(n), nil
	}
	return ofHead(ctx), nil
}

// ofHead is the sample of the commit that is checked out around the current directory, 0 without git.
func ofHead(ctx context.Context) Sample {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "HEAD", "--git-path", "logs/HEAD").Output()
	lines := strings.Fields(string(out))
	if err != nil || len(lines) != 2 {
		return 0
	}
	// Go's cache of test results does not see what git reads. It sees this file, which is written whenever HEAD changes.
	if f, err := os.Open(lines[1]); err == nil {
		f.Close()
	}
	return Of(lines[0])
}

// Part is which part of so many the sample takes, from 0 on. Samples whose numbers follow one another take all parts in turn.
func (s Sample) Part(of int) int { return int(uint64(s) % uint64(max(of, 1))) }

// Note says which part of so many a test tries, and how to try it again.
func (s Sample) Note(of int) string {
	return fmt.Sprintf("sample %d of %d; again: %s", s.Part(of)+1, max(of, 1), s)
}

// String is the environment with which a run takes the same sample.
func (s Sample) String() string { return fmt.Sprintf("%s=%d", Variable, uint32(s)) }
