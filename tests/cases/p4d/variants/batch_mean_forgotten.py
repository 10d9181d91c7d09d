import torch
torch.manual_seed(11)
n, h = 6, 4
X = torch.randn(n, 1, requires_grad=True)
Y = torch.randn(n, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
Z = X @ W1.T + b1
A = torch.relu(Z)
out = A @ W2.T + b2 + X
loss = 0.5 * ((out - Y) ** 2).mean()
loss.backward()
with torch.no_grad():
    E = out - Y

    gb2 = E.sum(0)
    gW2 = E.T @ A
    D = (E @ W2) * (Z > 0)
    gb1 = D.sum(0)
    gW1 = D.T @ X
    gX = D @ W1 + E
    
for name, g, p in zip(["W1", "b1", "W2", "b2", "x"], (gW1, gb1, gW2, gb2, gX), (W1, b1, W2, b2, X)):
    print(name, torch.allclose(g, p.grad, atol=1e-5))
