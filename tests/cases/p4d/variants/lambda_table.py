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

loss.backward()
e = yhat.item() - y.item()
s = [1.0 if v > 0 else 0.0 for v in z1.tolist()]
w1, w2, a, xv = W1.flatten().tolist(), W2.flatten().tolist(), a1.tolist(), x.item()
formula = {
    "W1": lambda k: e * w2[k] * s[k] * xv,
    "b1": lambda k: e * w2[k] * s[k],
    "W2": lambda k: e * a[k],
    "b2": lambda k: e,
    "x": lambda k: e * (1 + sum(w2[j] * s[j] * w1[j] for j in range(h))),
}
for n, p in [("W1", W1), ("b1", b1), ("W2", W2), ("b2", b2), ("x", x)]:
    g = p.grad.flatten().tolist()
    print(n, max(abs(formula[n](k) - g[k]) for k in range(len(g))))
