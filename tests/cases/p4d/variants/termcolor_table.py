import torch
torch.manual_seed(4)
h = 5
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
z1 = W1 @ x + b1
a1 = torch.relu(z1)
yhat = W2 @ a1 + b2 + x
loss = 0.5 * (yhat - y) ** 2

from termcolor import colored
from rich.console import Console
loss.backward()
e = (yhat - y).detach(); s = (z1 > 0).float().detach()
g = {"b2": e, "W2": (e * a1.detach())[None], "b1": W2.detach()[0] * e * s}
g["W1"] = (g["b1"] * x.detach())[:, None]
g["x"] = e + g["b1"] @ W1.detach()[:, 0]
for n, p in dict(W1=W1, b1=b1, W2=W2, b2=b2, x=x).items():
    ok = torch.allclose(g[n].reshape(p.shape), p.grad)
    print(n, colored("ok", "green") if ok else colored("no", "red"))
Console().print("[bold]done[/bold]")
