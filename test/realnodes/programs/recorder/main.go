// Command recorder appends a record to a log twice a second and flushes it to the disk, until it is told to end. It goes on where the log
// ends, and refuses one whose chain is broken. The log is the file /data/records, or the device /dev/records if the Pod has that.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	file   = "/data/records"
	device = "/dev/records"
)

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
	log, err := open()
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	defer log.file.Close()
	last, err := log.end()
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	fmt.Printf("%s goes on after record %d\n", writer, last.Number)
	for tick := time.NewTicker(time.Second / 2); ; {
		last = last.Next(node, writer, time.Now().Unix())
		if err := log.add(last); err != nil {
			return fmt.Errorf("write record %d: %w", last.Number, err)
		}
		if err := log.file.Sync(); err != nil {
			return fmt.Errorf("flush record %d: %w", last.Number, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
