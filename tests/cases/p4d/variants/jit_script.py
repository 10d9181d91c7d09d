import torch
@torch.jit.script
def hand(W1, b1, W2, b2, x, y):
    z = W1[:, 0] * x + b1
    a = torch.relu(z)
    e = torch.dot(W2[0], a) + b2 + x - y
    d = W2[0] * e * (z > 0).to(e.dtype)
    return d * x, d, e * a, e, e + torch.dot(d, W1[:, 0])
torch.manual_seed(0)
h = 6
W1, b1, W2 = torch.randn(h, 1, requires_grad=True), torch.randn(h, requires_grad=True), torch.randn(1, h, requires_grad=True)
b2, x, y = torch.randn((), requires_grad=True), torch.randn((), requires_grad=True), torch.randn(())
L = 0.5 * ((W2 @ torch.relu(W1[:, 0] * x + b1))[0] + b2 + x - y).square()
L.backward()
with torch.no_grad():
    out = hand(W1, b1, W2, b2, x, y)
for o, p in zip(out, (W1, b1, W2, b2, x)):
    print(torch.max(torch.abs(o - p.grad.reshape(o.shape))))
