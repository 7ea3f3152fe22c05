package ferretdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
)

// proxy stands between clients and FerretDB. It is the second cure: FerretDB
// reads, changes and writes a document without holding anything, so two
// updates at once lose one; the proxy lets one through at a time.
type proxy struct {
	dir      string
	upstream string
	listener net.Listener
	updating sync.Mutex

	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
	failed error // of a cure, told when the test ends
	wg     sync.WaitGroup
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			break
		}
		p.wg.Go(func() { p.handle(client) })
	}
	p.wg.Wait()
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for conn := range p.open {
		_ = conn.Close()
	}
}

// hold keeps conn to be closed with the proxy.
func (p *proxy) hold(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[conn] = true
	if p.closed {
		_ = conn.Close()
	}
}

func (p *proxy) drop(conn net.Conn) {
	_ = conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, conn)
}

// handle passes messages of one client. They are read ahead, so that a client
// that goes away closes the upstream at once and a command that hangs there
// does not keep the lock.
func (p *proxy) handle(client net.Conn) {
	p.hold(client)
	defer p.drop(client)
	server, err := net.Dial("tcp", p.upstream)
	if err != nil {
		return
	}
	p.hold(server)
	defer p.drop(server)
	requests := make(chan []byte)
	done := make(chan struct{})
	defer close(done)
	p.wg.Go(func() {
		defer close(requests)
		for {
			message, err := readMessage(client)
			if err != nil {
				_ = server.Close()
				return
			}
			select {
			case requests <- message:
			case <-done:
				return
			}
		}
	})
	for message := range requests {
		reply, err := p.pass(server, message)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

func (p *proxy) pass(server net.Conn, message []byte) ([]byte, error) {
	command := commandOf(message)
	if command == "update" || command == "findAndModify" {
		p.updating.Lock()
		defer p.updating.Unlock()
	}
	if _, err := server.Write(message); err != nil {
		return nil, err
	}
	reply, err := readMessage(server)
	if err == nil && command == "create" {
		p.note(reindex(p.dir))
	}
	return reply, err
}

func (p *proxy) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = errors.Join(p.failed, err)
}

const (
	headerSize = 16
	opMsg      = 2013
	maxMessage = 48_000_000
)

// readMessage reads one message whole: its length stands in front.
func readMessage(r io.Reader) ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(header[:])
	if size < headerSize || size > maxMessage {
		return nil, errors.New("message of impossible length")
	}
	message := make([]byte, size)
	copy(message, header[:])
	_, err := io.ReadFull(r, message[headerSize:])
	return message, err
}

// commandOf gives the first key of an OP_MSG's body, which names the command:
// header, flags (4), section kind (1, zero for the body), document length (4),
// element type (1), key.
func commandOf(message []byte) string {
	const body = headerSize + 4
	if len(message) < body+6 || binary.LittleEndian.Uint32(message[12:]) != opMsg || message[body] != 0 {
		return ""
	}
	key, _, found := bytes.Cut(message[body+6:], []byte{0})
	if !found {
		return ""
	}
	return string(key)
}
