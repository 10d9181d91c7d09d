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

manual = {}
for n, p in dict(W1=W1, b1=b1, W2=W2, b2=b2, x=x).items():
    p.register_hook(lambda g, n=n: manual.__setitem__(n, g.clone()))
loss.backward()
for n, p in dict(W1=W1, b1=b1, W2=W2, b2=b2, x=x).items():
    print(n, (manual[n] - p.grad).abs().max())
