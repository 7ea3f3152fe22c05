package h5

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi/internal/testenv"
)

// measure is what a browser is asked about a page: whether it fits its width,
// how large what can be touched is, how small the text, how strong the contrast.
// Hidden inputs are touched through their labels; the script runs in a copy of
// the page without the policy that would forbid it.
const measure = `<script>(function(){
var bad=[],vw=document.documentElement.clientWidth,elder=document.body.className=="elder";
document.querySelectorAll("details").forEach(function(d){d.open=true});
document.querySelectorAll(".lo").forEach(function(i){i.checked=true});
if(document.documentElement.scrollWidth>vw)bad.push("wider than the screen: "+document.documentElement.scrollWidth+" > "+vw);
function lum(c){var m=c.match(/[\d.]+/g).slice(0,3).map(function(x){x/=255;return x<=.03928?x/12.92:Math.pow((x+.055)/1.055,2.4)});return .2126*m[0]+.7152*m[1]+.0722*m[2]}
function back(e){for(;e;e=e.parentElement){var b=getComputedStyle(e).backgroundColor;if(b!="rgba(0, 0, 0, 0)")return b}return "rgb(255,255,255)"}
document.querySelectorAll("a,button,summary,textarea,.in>label,.why label").forEach(function(e){
var r=e.getBoundingClientRect(),min=elder?60:44;if(r.width==0)return;
if(r.height<min-.5||r.width<min-.5)bad.push("small target "+e.textContent.trim().slice(0,12)+" "+Math.round(r.width)+"x"+Math.round(r.height));
if(r.right>vw+.5||r.left<-.5)bad.push("target off screen "+e.textContent)});
document.querySelectorAll("body *").forEach(function(e){
var own=[].some.call(e.childNodes,function(n){return n.nodeType==3&&n.textContent.trim()});
if(!own||e.closest("svg,script,style")||e.getBoundingClientRect().width==0)return;
var s=getComputedStyle(e),f=parseFloat(s.fontSize);if(f<(elder?18:13))bad.push("small text "+f+" "+e.textContent.trim().slice(0,12));
if(elder&&parseFloat(s.lineHeight)/f<1.295)bad.push("tight lines "+e.textContent.trim().slice(0,12));
var a=lum(s.color),b=lum(back(e)),k=(Math.max(a,b)+.05)/(Math.min(a,b)+.05);
if(k<4.5)bad.push("contrast "+k.toFixed(2)+" "+e.textContent.trim().slice(0,12))});
document.querySelectorAll("input:not([type=hidden])").forEach(function(i){if(!i.labels||!i.labels.length)bad.push("no label for "+i.id)});
document.title="measured "+vw+": "+(bad.join("; ")||"ok")})()</script>`

// The pages hold on a real screen what WCAG AA and the elder version's rules
// ask, at the width of a small and of an ordinary phone. Each is in a frame of
// its own, for the browser's window has a least width.
func TestPagesOnAPhone(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		testenv.Require(t, "chromium (apt-get install chromium fonts-noto-cjk)")
	}
	dir, frames, want := t.TempDir(), "", map[string]bool{}
	for _, name := range []string{"ask", "ask-elder", "ask-en", "ask-firm", "ask-trust", "fix", "fix-elder", "already", "thanks-elder", "expired"} {
		page, err := os.ReadFile(filepath.Join("testdata", name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name+".html", strings.Replace(string(page), "</body>", measure+"</body>", 1))
		for _, width := range []int{320, 390} {
			frames += fmt.Sprintf("<iframe name=%s src=%s.html width=%d height=800 style=border:0></iframe>", name, name, width)
			want[fmt.Sprintf("%s measured %d: ok", name, width)] = true
		}
	}
	write(t, dir, "all.html", "<!doctype html><meta charset=utf-8>"+frames+`<pre id=out></pre><script>onload=function(){
		document.querySelectorAll("iframe").forEach(function(f){out.textContent+="@"+f.name+" "+f.contentDocument.title+"\n"})}</script>`)
	for _, line := range result.FindAllStringSubmatch(browse(t, browser, filepath.Join(dir, "all.html")), -1) {
		if !want[line[1]] {
			t.Error(line[1])
		}
		delete(want, line[1])
	}
	for line := range want {
		t.Errorf("not so: %s", line)
	}
}

var result = regexp.MustCompile(`(?m)@(.* measured \d+: .*)$`)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func browse(t *testing.T, browser, file string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--allow-file-access-from-files",
		"--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return string(out)
}
