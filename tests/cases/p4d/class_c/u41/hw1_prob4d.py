import torch

torch.manual_seed(0)
h = 5
x = torch.randn(1)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

# forward
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y) ** 2

# autograd
loss.backward()
auto_b2 = b2.grad.clone()
auto_W2 = W2.grad.clone()
auto_W1 = W1.grad.clone()
auto_b1 = b1.grad.clone()
auto_x = x.grad.clone()

# analytical
with torch.no_grad():
    e = y_hat - y
    s = (z1 > 0).float()
    an_b2 = e
    an_W2 = e * a1.view(1, h)
    an_b1 = W2.view(h) * e * s
    an_W1 = (an_b1 * x).view(h, 1)
    an_x = e * (1 + torch.sum(W2.view(h) * s * W1.view(h)))

print("diff b2:", torch.abs(auto_b2 - an_b2).max().item())
print("diff W2:", torch.abs(auto_W2 - an_W2).max().item())
print("diff W1:", torch.abs(auto_W1 - an_W1).max().item())
print("diff b1:", torch.abs(auto_b1 - an_b1).max().item())
print("diff x: ", torch.abs(auto_x - an_x).max().item())
