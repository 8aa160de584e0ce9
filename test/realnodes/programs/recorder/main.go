// Command recorder appends a record to /data/records twice a second and flushes it to the disk, until it is told to end. It goes on where
// the log ends, and refuses one whose chain is broken.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

const file = "/data/records"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := record(ctx, os.Getenv("NODE"), rand.Text())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func record(ctx context.Context, node, writer string) error {
	last, err := end()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	defer log.Close()
	fmt.Printf("%s goes on after record %d\n", writer, last.Number)
	for tick := time.NewTicker(time.Second / 2); ; {
		last = last.Next(node, writer, time.Now().Unix())
		if _, err := log.WriteString(last.String() + "\n"); err != nil {
			return fmt.Errorf("write record %d: %w", last.Number, err)
		}
		if err := log.Sync(); err != nil {
			return fmt.Errorf("flush record %d: %w", last.Number, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// end is the last record of the log.
func end() (records.Record, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return records.Record{}, nil
	}
	if err != nil {
		return records.Record{}, fmt.Errorf("read the log: %w", err)
	}
	all, err := records.Parse(string(data))
	if err != nil || len(all) == 0 {
		return records.Record{}, err
	}
	return all[len(all)-1], nil
}
