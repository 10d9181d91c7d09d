import torch

torch.manual_seed(4096)

def rnd(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)

h = 4
W1, b1 = rnd(h, 1), rnd(h, 1)
W2, b2 = rnd(h, h), rnd(h, 1)
W3, b3 = rnd(1, h), rnd(1, 1)
x = rnd(1, 1)
y = torch.randn(1, 1, dtype=torch.float64)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
z2 = W2 @ a1 + b2
a2 = torch.relu(z2)
out = W3 @ a2 + b3 + x
loss = 0.5 * (out - y).pow(2)
loss.backward()

with torch.no_grad():
    d3 = out - y
    d2 = (W3.T @ d3) * (z2 > 0)
    d1 = (W2.T @ d2) * (z1 > 0)
    manual = [d1 @ x.T, d1, d2 @ a1.T, d2, d3 @ a2.T, d3, d3 + W1.T @ d1]

print("name   max abs error")
for name, m, p in zip(["W1", "b1", "W2", "b2", "W3", "b3", "x"], manual, [W1, b1, W2, b2, W3, b3, x]):
    print(f"{name:6s} {(m - p.grad).abs().max().item():.3e}")
