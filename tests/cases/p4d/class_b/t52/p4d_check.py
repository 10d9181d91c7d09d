import torch

# (d) check gradients
torch.manual_seed(314)
h = 4
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

def network(x):
    global a1
    a1 = torch.sigmoid(W1 @ x + b1)     # activation
    return W2 @ a1 + b2 + x             # skip

def loss_function(yhat, y):
    return ((yhat - y) ** 2).squeeze() * 0.5

yhat = network(x)
loss_function(yhat, y).backward()

e = (yhat - y).detach()
a = a1.detach()
act_prime = a * (1 - a)
dLdb2 = e
dLdW2 = e @ a.T
dLdz1 = (W2.detach().T @ e) * act_prime
dLdW1 = dLdz1 @ x.detach().T
dLdb1 = dLdz1
dLdx = e + W1.detach().T @ dLdz1

def report(name, formula, autograd):
    print("{:4s} formula={} autograd={} diff={:.2e}".format(
        name, formula.numpy().ravel().round(4), autograd.numpy().ravel().round(4), float((formula - autograd).abs().max())))

report("db2", dLdb2, b2.grad)
report("dW2", dLdW2, W2.grad)
report("dW1", dLdW1, W1.grad)
report("db1", dLdb1, b1.grad)
report("dx", dLdx, x.grad)
# formulas and autograd agree, differences <= 1e-7
