import torch
from mygraphs import make_dot

torch.manual_seed(2)

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
loss = (0.5 * (yhat - y) ** 2).sum()

# picture of the graph, to see the two paths from x
make_dot(loss, params={"x": x, "W1": W1, "b1": b1, "W2": W2, "b2": b2}).render("graph", format="png")

loss.backward()

e = (yhat - y).detach()
s = (z1 > 0).float()
dz1 = e * W2.detach()[0] * s
checks = {
    "db2": (e, b2.grad),
    "dW2": (e * a1.detach(), W2.grad[0]),
    "dW1": (dz1 * x.detach(), W1.grad[:, 0]),
    "db1": (dz1, b1.grad),
    "dx": (e + dz1 @ W1.detach()[:, 0], x.grad),
}
for name, (formula, auto) in checks.items():
    print(name, torch.allclose(formula, auto))
