//go:build linux

package machine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// The part of the kernel's protocol for file systems in user space (linux/fuse.h) that a file system needs which is one regular file: its root.
const (
	fuseForget      = 2
	fuseGetattr     = 3
	fuseOpen        = 14
	fuseRead        = 15
	fuseWrite       = 16
	fuseRelease     = 18
	fuseFsync       = 20
	fuseFlush       = 25
	fuseInit        = 26
	fuseInterrupt   = 36
	fuseBatchForget = 42

	fuseMajor, fuseMinor = 7, 31
	fuseAsyncRead        = 1 << 0
	fuseBigWrites        = 1 << 5
	fuseMaxPages         = 1 << 22
	fuseDirectIO         = 1 << 0 // of an opened file: nothing is cached above it

	inHeaderSize, outHeaderSize = 40, 16
	writeInSize                 = 40
	maxWrite                    = 128 << 10
)

// request is what the kernel asks.
type request struct {
	opcode uint32
	id     uint64
	body   []byte
}

// connection is an open /dev/fuse.
type connection struct {
	device int
	buffer []byte
}

// mountFile makes a regular file a file system, and returns the connection by which the kernel asks what is in it.
func mountFile(target string) (*connection, error) {
	device, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/fuse: %w", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=%o,user_id=0,group_id=0", device, unix.S_IFREG|0o600)
	if err := unix.Mount("drive", target, "fuse", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return nil, errors.Join(fmt.Errorf("mount a drive at %s: %w", target, err), unix.Close(device))
	}
	return &connection{device, make([]byte, inHeaderSize+writeInSize+maxWrite+os.Getpagesize())}, nil
}

// next waits for a request. What it returns is valid until it is called again.
func (c *connection) next() (request, error) {
	for {
		n, err := unix.Read(c.device, c.buffer)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN), errors.Is(err, unix.ENOENT): // it was taken back
		case err != nil:
			return request{}, fmt.Errorf("wait for a request of the kernel: %w", err)
		case n < inHeaderSize:
			return request{}, fmt.Errorf("a request of %d bytes", n)
		default:
			return request{
				opcode: binary.LittleEndian.Uint32(c.buffer[4:]),
				id:     binary.LittleEndian.Uint64(c.buffer[8:]),
				body:   c.buffer[inHeaderSize:n],
			}, nil
		}
	}
}

// answer sends a result, or an error in its place.
func (c *connection) answer(id uint64, failure unix.Errno, body []byte) error {
	if failure != 0 {
		body = nil
	}
	size := outHeaderSize + len(body)
	out := make([]byte, 0, size)
	out = binary.LittleEndian.AppendUint32(out, uint32(size))
	out = binary.LittleEndian.AppendUint32(out, uint32(-int32(failure)))
	out = binary.LittleEndian.AppendUint64(out, id)
	out = append(out, body...)
	if _, err := unix.Write(c.device, out); err != nil && !errors.Is(err, unix.ENOENT) { // nobody waits for it any more
		return fmt.Errorf("answer the kernel: %w", err)
	}
	return nil
}

// initOut agrees on what both sides know.
func initOut() []byte {
	out := make([]byte, 64)
	binary.LittleEndian.PutUint32(out[0:], fuseMajor)
	binary.LittleEndian.PutUint32(out[4:], fuseMinor)
	binary.LittleEndian.PutUint32(out[12:], fuseAsyncRead|fuseBigWrites|fuseMaxPages)
	binary.LittleEndian.PutUint16(out[16:], 16) // requests in the background
	binary.LittleEndian.PutUint16(out[18:], 12)
	binary.LittleEndian.PutUint32(out[20:], maxWrite)
	binary.LittleEndian.PutUint32(out[24:], 1) // nanoseconds
	binary.LittleEndian.PutUint16(out[28:], uint16(maxWrite/os.Getpagesize()))
	return out
}

// openOut keeps what is read and written out of the page cache: that of the file system on the drive is enough.
func openOut() []byte {
	out := make([]byte, 16)
	binary.LittleEndian.PutUint32(out[8:], fuseDirectIO)
	return out
}

// attributesOut are those of the file, which hold for as long as it is mounted.
func attributesOut(size int64) []byte {
	out := make([]byte, 104)
	binary.LittleEndian.PutUint64(out[0:], 1<<30) // seconds
	binary.LittleEndian.PutUint64(out[16:], 1)    // the inode
	binary.LittleEndian.PutUint64(out[24:], uint64(size))
	binary.LittleEndian.PutUint64(out[32:], uint64(size)/512)
	binary.LittleEndian.PutUint32(out[76:], unix.S_IFREG|0o600)
	binary.LittleEndian.PutUint32(out[80:], 1) // link
	binary.LittleEndian.PutUint32(out[96:], 4096)
	return out
}

// extent is where a read or a write begins, and how long it is.
func extent(body []byte) (offset int64, size int, ok bool) {
	if len(body) < writeInSize {
		return 0, 0, false
	}
	offset = int64(binary.LittleEndian.Uint64(body[8:]))
	size = int(binary.LittleEndian.Uint32(body[16:]))
	return offset, size, size <= maxWrite
}

func writeOut(size int) []byte {
	return binary.LittleEndian.AppendUint64(nil, uint64(size))
}
