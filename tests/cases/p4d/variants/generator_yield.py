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
def backprop():
    with torch.no_grad():
        g = yhat - y
        yield "b2", g
        yield "W2", torch.outer(g, a1)
        g = W2.T @ g
        g = g * torch.gt(z1, 0)
        yield "b1", g
        yield "W1", torch.outer(g, x)
        yield "x", W1.T @ g + (yhat - y)
for name, value in backprop():
    print(f"{name:3} {torch.linalg.norm(value - globals()[name].grad):.1e}")
