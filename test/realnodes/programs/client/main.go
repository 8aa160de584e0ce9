// Command client speaks HTTP: "client get URL" and "client post URL BODY" print what is answered, and fail unless that is 2xx. Without
// arguments it waits until it is told to end, so that a Pod has something to run.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 0:
		<-ctx.Done()
		return nil
	case args[0] == "get" && len(args) == 2:
		return ask(ctx, http.MethodGet, args[1], "")
	case args[0] == "post" && len(args) == 3:
		return ask(ctx, http.MethodPost, args[1], args[2])
	}
	return errors.New("say: client get URL, or client post URL BODY")
}

func ask(ctx context.Context, method, url, body string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		return fmt.Errorf("read what %s answers: %w", url, err)
	}
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	return nil
}
