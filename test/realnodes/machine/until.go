//go:build linux

package machine

import (
	"context"
	"fmt"
	"time"
)

// patience is how long what the kernel, or a program that was started, has to do may take on a busy machine.
const patience = 2 * time.Minute

// until asks again and again whether something is so, where there is nothing to watch. The error of the last answer is told when
// patience, or the context, ends.
func until(ctx context.Context, what string, met func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		ok, err := met()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w (%w)", what, context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
