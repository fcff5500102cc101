// Makes a certificate authority and one server certificate for the names given:
//
//	pki FOLDER NAME…   writes ca.pem, server.pem and server.key to FOLDER
//
// The authority's own key is never written: nothing else can be signed with it later.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

const validity = 2 * 365 * 24 * time.Hour

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: pki FOLDER NAME…"))
	}
	folder, names := os.Args[1], os.Args[2:]
	authority := template("local certificate authority of ecs-tail-sampling")
	authority.IsCA = true
	authority.KeyUsage = x509.KeyUsageCertSign
	server := template(names[0])
	server.DNSNames = names
	server.KeyUsage = x509.KeyUsageDigitalSignature
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}

	authorityKey, serverKey := newKey(), newKey()
	write(folder, "ca.pem", "CERTIFICATE", sign(authority, authority, authorityKey, authorityKey), 0o644)
	write(folder, "server.pem", "CERTIFICATE", sign(server, authority, serverKey, authorityKey), 0o644)
	der, err := x509.MarshalPKCS8PrivateKey(serverKey)
	fail(err)
	// Readable by all: the collector of the backend stand-in runs as another user in its container.
	write(folder, "server.key", "PRIVATE KEY", der, 0o644)
}

func template(name string) *x509.Certificate {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	fail(err)
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(validity),
		BasicConstraintsValid: true,
	}
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fail(err)
	return key
}

func sign(what, by *x509.Certificate, key, byKey *ecdsa.PrivateKey) []byte {
	der, err := x509.CreateCertificate(rand.Reader, what, by, &key.PublicKey, byKey)
	fail(err)
	return der
}

func write(folder, name, kind string, der []byte, mode os.FileMode) {
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	fail(os.WriteFile(filepath.Join(folder, name), text, mode))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
