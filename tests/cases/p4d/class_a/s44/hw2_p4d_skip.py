import torch

torch.manual_seed(2)
h = 5

x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

# forward pass with skip connection
z1 = torch.mm(W1, x) + b1
a1 = torch.relu(z1) + x            # skip connection
y_hat = torch.mm(W2, a1) + b2
loss = 0.5 * (y_hat - y) ** 2

loss.backward()

# analytical
with torch.no_grad():
    delta2 = y_hat - y
    gb2 = delta2
    gW2 = torch.mm(delta2, a1.T)
    delta1 = torch.mm(W2.T, delta2) * (z1 > 0)
    gb1 = delta1
    gW1 = torch.mm(delta1, x.T)
    gx = torch.mm(W1.T, delta1) + torch.mm(W2.T, delta2).sum()    # hidden path + skip path

assert torch.allclose(gb2, b2.grad)
assert torch.allclose(gW2, W2.grad)
assert torch.allclose(gb1, b1.grad)
assert torch.allclose(gW1, W1.grad)
assert torch.allclose(gx, x.grad)
print("All assertions passed.")

# Discussion: no assertion error is raised so analytical gradients = autograd gradients.
