package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// archiveSuffix: krew unpacks .zip and .tar.gz, on every platform.
const archiveSuffix = ".tar.gz"

// thirdPartyFile holds the licences and notices of the code that is linked in, whose authors ask that binaries carry them.
const thirdPartyFile = "THIRD_PARTY_LICENSES.txt"

// packed is one file of an archive.
type packed struct {
	name string
	mode int64
	data []byte
}

// completionFile is what kubectl runs to complete "kubectl localpv". It is a script for a POSIX shell.
const completionFile = "kubectl_complete-localpv"

// pack returns the archive of a binary: itself, what completes it where there is a POSIX shell, our licence, and
// everybody else's.
func pack(binary string, licenses []byte) ([]byte, error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("read what was compiled: %w", err)
	}
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return nil, fmt.Errorf("read our licence: %w", err)
	}
	files := []packed{
		{"LICENSE", 0o644, license},
		{thirdPartyFile, 0o644, licenses},
		{filepath.Base(binary), 0o755, program},
	}
	if filepath.Ext(binary) != ".exe" {
		completion, err := os.ReadFile(completionFile)
		if err != nil {
			return nil, fmt.Errorf("read what completes the plugin: %w", err)
		}
		files = append(files, packed{completionFile, 0o755, completion})
	}
	return archive(files)
}

// archive writes a gzipped tar that depends on names, modes and contents only: time and owners are the same for all.
func archive(files []packed) ([]byte, error) {
	var out bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress the archive: %w", err)
	}
	w := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Size: int64(len(f.data)),
			ModTime: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("add %s to the archive: %w", f.name, err)
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, fmt.Errorf("add %s to the archive: %w", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("end the archive: %w", err)
	}
	if err := compressed.Close(); err != nil {
		return nil, fmt.Errorf("end the archive: %w", err)
	}
	return out.Bytes(), nil
}
