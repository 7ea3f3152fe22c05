(function(){var f=document.forms[0];if(!f)return;var t=f.remark,c=document.getElementById("n"),s=0;
function n(){c.textContent=t.value.length+"/500"}if(t&&c){t.addEventListener("input",n);n()}
function say(k){if(s<k&&navigator.sendBeacon){s=k;navigator.sendBeacon(location.pathname+"/seen",k>1?"started":"opened")}}
["touchstart","mousedown","keydown"].forEach(function(e){addEventListener(e,function(x){if(x.isTrusted)say(1)},{passive:true})});
f.addEventListener("change",function(){say(2)});
f.addEventListener("submit",function(e){if(f.dataset.s)e.preventDefault();f.dataset.s="1"});
addEventListener("pageshow",function(){delete f.dataset.s})})()
