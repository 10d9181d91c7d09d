import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(20)

h = 5
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn((), requires_grad=True)
x = torch.randn((), requires_grad=True)
y = torch.randn(())

captured = {}

def save(name):
    def hook(g):
        captured[name] = g.detach().clone()
    return hook

W1.register_hook(save("W1"))
b1.register_hook(save("b1"))
W2.register_hook(save("W2"))
b2.register_hook(save("b2"))
x.register_hook(save("x"))

z1 = W1.view(-1) * x + b1
z1.retain_grad()
a1 = torch.relu(z1)
a1.retain_grad()
y_hat = W2.view(-1) @ a1 + b2 + x
y_hat.retain_grad()
L = 0.5 * (y_hat - y) ** 2
L.backward()

print("step by step check of the chain rule")

# 1. dL/dyhat = yhat - y
d_yhat = (y_hat - y).item()
print("dL/dyhat", abs(d_yhat - y_hat.grad.item()))

# 2. output layer
d_b2 = d_yhat
d_W2 = torch.tensor([[d_yhat * ai for ai in a1.tolist()]])
print("dL/db2", abs(d_b2 - captured["b2"].item()))
print("dL/dW2", (d_W2 - captured["W2"]).abs().max().item())

# 3. into hidden layer
d_a1 = W2.detach().view(-1) * d_yhat
print("dL/da1", (d_a1 - a1.grad).abs().max().item())
d_z1 = torch.tensor([g if z > 0 else 0.0 for g, z in zip(d_a1.tolist(), z1.tolist())])
print("dL/dz1", (d_z1 - z1.grad).abs().max().item())

# 4. hidden parameters
d_b1 = d_z1
d_W1 = d_z1.view(h, 1) * x.item()
print("dL/db1", (d_b1 - captured["b1"]).abs().max().item())
print("dL/dW1", (d_W1 - captured["W1"]).abs().max().item())

# 5. input, two paths
d_x_skip = d_yhat
d_x_hidden = torch.dot(d_z1, W1.detach().view(-1)).item()
d_x = d_x_skip + d_x_hidden
print("dL/dx ", abs(d_x - captured["x"].item()), " (skip part %.4f, hidden part %.4f)" % (d_x_skip, d_x_hidden))

# Everything is zero or ~1e-16. So not only the final gradients but also the intermediate ones agree.
