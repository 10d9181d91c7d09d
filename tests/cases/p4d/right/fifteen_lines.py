import torch
torch.manual_seed(1)
W1, b1, W2 = (torch.randn(64, requires_grad=True) for _ in range(3))
b2, x, y = torch.randn((), requires_grad=True), torch.tensor(-0.9, requires_grad=True), 0.4
z = W1 * x + b1
e = (W2 * z.relu()).sum() + b2 + x - y
(e ** 2 / 2).backward()
d = e * W2 * (z > 0)
close = lambda m, t: torch.allclose(m, t.grad, rtol=1e-4, atol=1e-5)
print("b2", close(e, b2))
print("W2", close(e * z.relu(), W2))
print("b1", close(d, b1))
print("W1", close(d * x, W1))
print("x ", close(e + (d * W1).sum(), x))
