import torch

torch.manual_seed(21)
h = 5

x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

z1 = (W1 @ x) + b1
a1 = torch.relu(z1)
y_hat = (W2 @ a1) + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

e = y_hat.detach() - y
relu_grad = (z1.detach() > 0).float()
d_hidden = e * W2.detach().squeeze() * relu_grad

manual_b2 = e
manual_W2 = e * a1.detach()
manual_b1 = d_hidden
manual_W1 = d_hidden * x.detach()
manual_x = e + torch.sum(d_hidden * W1.detach().squeeze())

print("autograd b2", b2.grad.tolist(), "manual", manual_b2.tolist())
print("autograd W2", W2.grad.tolist(), "manual", manual_W2.tolist())
print("autograd b1", b1.grad.tolist(), "manual", manual_b1.tolist())
print("autograd W1", W1.grad.tolist(), "manual", manual_W1.tolist())
print("autograd x", x.grad.tolist(), "manual", manual_x.tolist())
