package questionnaires

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"minyi"
)

// Version is a published questionnaire. It never changes: invitations and
// answers name it, and its Hash proves that it is the one they were given.
type Version struct {
	Questionnaire `json:"questionnaire"`
	Number        int       `json:"version"`
	Hash          string    `json:"hash"` // SHA-256 over the content, hex
	Published     time.Time `json:"published"`
	By            string    `json:"by"`
}

// Ref names a version: case-closed@2.
func Ref(id minyi.QuestionnaireID, number int) string {
	return fmt.Sprintf("%s@%d", id, number)
}

// Hash is the content's SHA-256. encoding/json writes struct fields in order
// and map keys sorted, so equal content gives equal bytes.
func Hash(q *Questionnaire) string {
	body, err := json.Marshal(q)
	if err != nil {
		panic("a questionnaire is plain data: " + err.Error())
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Publish freezes a checked draft as version number.
func Publish(q *Questionnaire, number int, by string, at time.Time) Version {
	return Version{Questionnaire: *q, Number: number, Hash: Hash(q), Published: at.UTC(), By: by}
}
